namespace AttentionGen.Tests;

/// <summary>What cannot be registered is left out, and the rest still compiles. Analyzers report it.</summary>
public sealed class SkippedClassTests
{
    [Theory]
    [InlineData("abstract", """[AttentionBackend("X")] internal abstract class Bad : IAttentionBackend;""")]
    [InlineData("static", """[AttentionBackend("X")] internal static class Bad;""")]
    [InlineData("generic", """[AttentionBackend("X")] internal sealed class Bad<T> : IAttentionBackend;""")]
    [InlineData("in a generic class", """internal sealed class Outer<T> { [AttentionBackend("X")] internal sealed class Bad : IAttentionBackend; }""")]
    [InlineData("file-local", """[AttentionBackend("X")] file sealed class Bad : IAttentionBackend;""")]
    [InlineData("in a file-local class", """file sealed class Outer { [AttentionBackend("X")] internal sealed class Bad : IAttentionBackend; }""")]
    [InlineData("private", """internal sealed class Outer { [AttentionBackend("X")] private sealed class Bad : IAttentionBackend; }""")]
    [InlineData("in a private class", """internal sealed class Outer { private sealed class Inner { [AttentionBackend("X")] internal sealed class Bad : IAttentionBackend; } }""")]
    [InlineData("protected", """internal class Outer { [AttentionBackend("X")] protected sealed class Bad : IAttentionBackend; }""")]
    [InlineData("private protected", """internal class Outer { [AttentionBackend("X")] private protected sealed class Bad : IAttentionBackend; }""")]
    [InlineData("no interface", """[AttentionBackend("X")] internal sealed class Bad;""")]
    [InlineData("another interface of that name", """interface IAttentionBackend; [AttentionBackend("X")] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("private constructor", """[AttentionBackend("X")] internal sealed class Bad : IAttentionBackend { private Bad() { } }""")]
    [InlineData("constructor with parameters", """[AttentionBackend("X")] internal sealed class Bad(int size = 1) : IAttentionBackend { public int Size => size; }""")]
    [InlineData("required members", """[AttentionBackend("X")] internal sealed class Bad : IAttentionBackend { public required int Size { get; init; } }""")]
    [InlineData("undefined value", """[AttentionBackend((Backend)99)] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("first undefined value", """[AttentionBackend((Backend)18)] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("negative value", """[AttentionBackend((Backend)(-1))] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("no name", """[AttentionBackend(null!)] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("empty name", """[AttentionBackend("")] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("name with a quote", """[AttentionBackend("X\"; evil")] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("name with a digit first", """[AttentionBackend("1X")] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("name of letters outside ASCII", """[AttentionBackend("ΑΤΤΝ")] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("in-tree name as text", """[AttentionBackend("flash_attn")] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("arguments missing", """[AttentionBackend] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("argument in error", """[AttentionBackend(Backend.Missing)] internal sealed class Bad : IAttentionBackend;""")]
    [InlineData("struct", """[AttentionBackend("X")] internal struct Bad : IAttentionBackend;""")]
    public void A_class_that_cannot_be_registered_is_left_out_silently(string why, string declaration)
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Application("Chat", $"""
            using AttentionGen;
            {declaration}
            [AttentionBackend("GOOD")] internal sealed class Good : AttentionGen.IAttentionBackend;
            """));

        run.AssertGeneratedCodeIsClean();
        Assert.Empty(run.Diagnostics);
        string manifest = run.File("AttentionBackendManifest.g.cs")!;
        Assert.True(manifest.Contains("new global::Good()", StringComparison.Ordinal), why);
        Assert.False(manifest.Contains("Bad", StringComparison.Ordinal), why);
    }

    [Theory]
    [InlineData("""[AttentionBackend("X")] public class Open : IAttentionBackend;""")]
    [InlineData("""[AttentionBackend("X")] internal sealed class Internal : IAttentionBackend { internal Internal() { } internal Internal(int size) : this() => _ = size; }""")]
    [InlineData("""internal abstract class Base : IAttentionBackend; [AttentionBackend("X")] internal sealed class Derived : Base;""")]
    [InlineData("""[AttentionBackend("X")] internal sealed class Set : IAttentionBackend { [System.Diagnostics.CodeAnalysis.SetsRequiredMembers] public Set() => Size = 1; public required int Size { get; init; } }""")]
    [InlineData("""using Alias = AttentionGen.AttentionBackendAttribute; [Alias("X")] internal sealed class Aliased : IAttentionBackend;""")]
    [InlineData("""[AttentionBackend(name: "X")] internal sealed partial class Twice : IAttentionBackend; internal sealed partial class Twice;""")]
    public void A_class_that_can_be_registered_is(string declaration)
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Library("Acme", $"using AttentionGen; {declaration}"));

        run.AssertGeneratedCodeIsClean();
        Assert.Contains("\"X\"", run.File("AttentionBackendManifest.g.cs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("azAZ_09")]
    [InlineData("z")]
    [InlineData("Z9_")]
    public void Every_ASCII_letter_digit_and_underscore_may_be_in_a_name(string name)
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Library("Acme", $"using AttentionGen; [AttentionBackend(\"{name}\")] internal sealed class Acme : IAttentionBackend;"));

        run.AssertCompilesWithoutWarnings();
        Assert.Contains($"\"{name}\"", run.File("AttentionBackendManifest.g.cs"), StringComparison.Ordinal);
    }
}
