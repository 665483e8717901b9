using Microsoft.CodeAnalysis;

namespace AttentionGen.Tests;

/// <summary>The order in which files and references arrive differs between builds; what is generated must not.</summary>
public sealed class OrderingTests
{
    private static readonly string[] s_sources =
    [
        """[AttentionGen.AttentionBackend("B")] internal sealed partial class B : AttentionGen.IAttentionBackend;""",
        """[AttentionGen.AttentionSupport(AttentionGen.DeviceKind.Cuda)] [AttentionGen.AttentionSupport(AttentionGen.DeviceKind.Cpu, MinHeadSize = 2)] internal sealed partial class B;""",
        """[AttentionGen.AttentionSupport(AttentionGen.DeviceKind.Cpu, MinHeadSize = 1)] internal sealed partial class B;""",
        """[AttentionGen.AttentionBackend("A")] internal sealed class A : AttentionGen.IAttentionBackend;""",
        """[AttentionGen.AttentionBackend("a")] internal sealed class Duplicate : AttentionGen.IAttentionBackend;""",
        """[AttentionGen.AttentionBackend("A")] internal sealed class Exact : AttentionGen.IAttentionBackend;""",
        "internal static class Program { private static void Main() { } }",
    ];

    private static readonly MetadataReference[] s_references =
    [
        Programs.Reference("One", """[AttentionGen.AttentionBackend("C")] internal sealed class C : AttentionGen.IAttentionBackend;"""),
        Programs.Reference("Two", """[AttentionGen.AttentionBackend("C")] internal sealed class C : AttentionGen.IAttentionBackend;"""),
        Programs.Library("Older", """[assembly: AttentionGen.RegisteredAttentionBackend(0, "E", "T", "A.B", "E", false)]""").ToMetadataReference(),
        Programs.Library("Newer", """[assembly: AttentionGen.RegisteredAttentionBackend(2, "F", "T", "A.B", "F", false)]""").ToMetadataReference(),
        Programs.Reference("three", """[AttentionGen.AttentionBackend("D")] internal sealed class D : AttentionGen.IAttentionBackend;"""),
    ];

    [Fact]
    public void Any_order_of_files_and_references_gives_the_same_bytes()
    {
        string expected = Everything(s_sources, s_references);
        for (int seed = 0; seed < 10; seed++)
        {
            string[] sources = [.. s_sources];
            MetadataReference[] references = [.. s_references];
            Random random = new(seed);
            random.Shuffle(sources);
            random.Shuffle(references);
            Assert.Equal(expected, Everything(sources, references));
        }
    }

    private static string Everything(IEnumerable<string> sources, IEnumerable<MetadataReference> references)
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Create("Chat", OutputKind.ConsoleApplication, sources, references));
        run.AssertGeneratedCodeIsClean();
        return string.Join('\n', run.Result.GeneratedSources.Select(static source => source.HintName + source.SourceText)
            .Concat(run.Diagnostics.Select(static diagnostic => diagnostic.Id + diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture))));
    }
}
