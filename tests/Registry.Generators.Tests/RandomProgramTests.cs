using CsCheck;
using Microsoft.CodeAnalysis;

namespace AttentionGen.Tests;

/// <summary>Whatever a program declares, the generator does not throw and what it writes compiles.</summary>
public sealed class RandomProgramTests
{
    private static readonly Gen<string> s_attribute =
        Gen.Select(
            Gen.OneOf("Backend.FlashAttn", "Backend.FlashMla", "(Backend)99", "Backend.Nonsense", "\"ACME\"", "\"acme\"", "\"A_B\"", "\"A__B\"",
                "\"FLASH_ATTN\"", "\"FlashAttn\"", "\"9\"", "\"\\\"\"", "null!", ""),
            Gen.OneOf("", ", Override = true", ", Override = false", ", Nonsense = 1"),
            static (name, setting) => $"[AttentionBackend({name}{(name.Length > 0 ? setting : "")})]");

    private static readonly Gen<string> s_support =
        Gen.Select(
            Gen.OneOf("DeviceKind.Cpu", "DeviceKind.Cuda", "(DeviceKind)9", "DeviceKind.Nonsense"),
            Gen.OneOf("", ", HeadSizes = [64, 128]", ", HeadSizes = null!", ", Architectures = [\"a\\n\"]", ", ElementTypes = (ElementTypes)255", ", Nonsense = 2"),
            static (device, setting) => $"[AttentionSupport({device}{setting})]");

    private static readonly Gen<string> s_class =
        Gen.Select(
            Gen.Select(s_attribute, s_support.List[0, 2], static (attribute, supports) => attribute + string.Concat(supports)),
            Gen.OneOf("public", "internal", "private", "protected internal", "file", ""),
            Gen.OneOf("", "sealed", "abstract", "static", "partial", "sealed partial"),
            Gen.OneOf("class", "record", "record class", "struct", "interface"),
            Gen.OneOf("", "<T>"),
            Gen.OneOf("", " : IAttentionBackend", " : Base", " : Missing"),
            Gen.OneOf(";", "{ }", "{ private NAME() { } }", "{ public NAME(int x) { } }", "{ internal NAME() { } }", "{ public required int X { get; set; } }"),
            static (attributes, access, modifier, kind, arity, bases, body) => $"{attributes} {access} {modifier} {kind} NAME{arity}{bases} {body}");

    private static readonly Gen<string> s_placedClass =
        Gen.Select(s_class, Gen.OneOf("{0}", "namespace Inner {{ {0} }}", "partial class Outer {{ {0} }}", "class Outer<T> {{ {0} }}", "namespace @in.@out {{ {0} }}"),
            static (declaration, place) => string.Format(System.Globalization.CultureInfo.InvariantCulture, place, declaration));

    private static readonly Gen<string> s_assemblyName =
        Gen.OneOf("Chat", "a-b", "1", "class", "A.class.b", "Ω Ж", "_", "AttentionGen.Generated", "System", "Chat.AttentionBackendManifest");

    [Fact]
    public void The_generator_does_not_throw_and_its_output_compiles() =>
        Gen.Select(s_placedClass.List[0, 6], s_assemblyName, Gen.Bool).Sample(
            static (classes, assemblyName, isApplication) =>
            {
                IEnumerable<string> sources = classes.Select(static (text, index) =>
                    $"using AttentionGen; {text.Replace("NAME", $"Class{index}", StringComparison.Ordinal)}");
                OutputKind kind = isApplication ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
                GeneratorRun.Of(Programs.Create(assemblyName, kind, [Common, .. sources], [s_plugIn])).AssertGeneratedCodeIsClean();
            },
            iter: 2 * Check.Iter, threads: 2);

    private const string Common = """
        internal abstract class Base : AttentionGen.IAttentionBackend;
        internal static class Program { private static void Main() { } }
        """;

    private static readonly MetadataReference s_plugIn = Programs.Reference(
        "Plug-in", """[AttentionGen.AttentionBackend("ACME")] internal sealed class Acme : AttentionGen.IAttentionBackend;""");
}
