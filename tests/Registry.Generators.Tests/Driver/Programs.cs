using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AttentionGen.Tests;

/// <summary>Makes the compilations that tests run the generator on.</summary>
internal static class Programs
{
    private static readonly MetadataReference s_runtime = MetadataReference.CreateFromFile(typeof(IAttentionBackend).Assembly.Location);

    private static readonly ImmutableArray<MetadataReference> s_framework = [.. Net100.References.All];

    /// <summary>As strict as a user can be: documentation is checked, so that a missing comment is a warning.</summary>
    public static CSharpParseOptions ParseOptions { get; } =
        new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    public static CSharpCompilation Library(string assemblyName, string source, params IEnumerable<MetadataReference> references) =>
        Create(assemblyName, OutputKind.DynamicallyLinkedLibrary, [source], references);

    public static CSharpCompilation Application(string assemblyName, string source, params IEnumerable<MetadataReference> references) =>
        Create(assemblyName, OutputKind.ConsoleApplication, [source, "internal static class Program { private static void Main() { } }"], references);

    public static CSharpCompilation Create(
        string assemblyName, OutputKind kind, IEnumerable<string> sources, IEnumerable<MetadataReference> references) =>
        CSharpCompilation.Create(
            assemblyName,
            sources.Select(static (source, index) => CSharpSyntaxTree.ParseText(source, ParseOptions, $"File{index}.cs")),
            [.. s_framework, s_runtime, .. references],
            new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable, deterministic: true, warningLevel: 9999));

    /// <summary>A library, generated for, compiled and read back, as an application references it from disk.</summary>
    public static MetadataReference Reference(string assemblyName, string source, params IEnumerable<MetadataReference> references)
    {
        Compilation output = GeneratorRun.Of(Library(assemblyName, source, references)).Output;
        using MemoryStream stream = new();
        var result = output.Emit(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Diagnostics));
        return MetadataReference.CreateFromImage(stream.ToArray());
    }
}
