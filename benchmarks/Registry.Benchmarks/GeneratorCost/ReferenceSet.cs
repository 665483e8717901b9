using System.Runtime.InteropServices;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AttentionGen.Benchmarks.GeneratorCost;

/// <summary>
/// The references of a large application: the framework's, ASP.NET Core's, the compiler's own assemblies, the runtime
/// library, and two libraries with backends.
/// </summary>
internal static class ReferenceSet
{
    private static readonly string s_dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    public static MetadataReference[] Create()
    {
        string[] files =
        [
            .. ReferencePack("Microsoft.NETCore.App.Ref"),
            .. ReferencePack("Microsoft.AspNetCore.App.Ref"),
            .. Assemblies(Path.Combine(Newest(Path.Combine(s_dotnet, "sdk")), "Roslyn", "bincore")),
            typeof(IAttentionBackend).Assembly.Location,
        ];
        MetadataReference[] references = [.. files.Select(static file => MetadataReference.CreateFromFile(file))];
        return [.. references, Library("Acme.Attention", "ACME_ATTN", references), Library("Example.Attention", "EXAMPLE_ATTN", references)];
    }

    /// <summary>The same references, with no symbol made yet.</summary>
    public static IEnumerable<MetadataReference> WithoutSymbols(IEnumerable<MetadataReference> references) =>
        references.Cast<PortableExecutableReference>().Select(static reference =>
            reference.FilePath is { } path ? MetadataReference.CreateFromFile(path) : ((AssemblyMetadata)reference.GetMetadata()).GetReference());

    private static IEnumerable<string> ReferencePack(string name) =>
        Assemblies(Path.Combine(Newest(Path.Combine(s_dotnet, "packs", name)), "ref", $"net{Environment.Version.ToString(2)}"));

    private static IEnumerable<string> Assemblies(string directory) => Directory.EnumerateFiles(directory, "*.dll").Order(StringComparer.Ordinal);

    private static string Newest(string directory) =>
        Directory.EnumerateDirectories(directory).OrderBy(static path => Version.TryParse(Path.GetFileName(path), out Version? version) ? version : new Version()).Last();

    private static PortableExecutableReference Library(string assemblyName, string backend, IEnumerable<MetadataReference> references)
    {
        CSharpCompilation source = CSharpCompilation.Create(
            assemblyName,
            [CSharpSyntaxTree.ParseText($"""[AttentionGen.AttentionBackend("{backend}")] public sealed class Attention : AttentionGen.IAttentionBackend;""", BackendProgram.ParseOptions)],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        CSharpGeneratorDriver.Create([new AttentionRegistryGenerator().AsSourceGenerator()], parseOptions: BackendProgram.ParseOptions)
            .RunGeneratorsAndUpdateCompilation(source, out Compilation complete, out _);
        using MemoryStream image = new();
        if (!complete.Emit(image).Success)
            throw new InvalidOperationException($"The library {assemblyName} does not compile.");

        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
