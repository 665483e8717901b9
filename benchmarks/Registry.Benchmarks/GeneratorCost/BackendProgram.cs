using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AttentionGen.Benchmarks.GeneratorCost;

/// <summary>An application with a number of backends, a file each, and one file that has nothing to do with them.</summary>
internal static class BackendProgram
{
    private const string UnrelatedPath = "Unrelated.cs";

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.CSharp14);

    public static CSharpCompilation Create(IEnumerable<MetadataReference> references, int backends) =>
        CSharpCompilation.Create(
            "Application",
            [Unrelated(0), .. Enumerable.Range(0, backends).Select(BackendFile)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

    public static CSharpCompilation EditUnrelated(CSharpCompilation program, int edit) =>
        program.ReplaceSyntaxTree(program.SyntaxTrees.First(static tree => tree.FilePath == UnrelatedPath), Unrelated(edit + 1));

    public static CSharpCompilation AddBackend(CSharpCompilation program, int number) => program.AddSyntaxTrees(BackendFile(number));

    private static SyntaxTree Unrelated(int edit) => Parse(UnrelatedPath, $$"""
        namespace Application;

        internal static class Program
        {
            private static int Main() => {{edit}};
        }
        """);

    private static SyntaxTree BackendFile(int number) => Parse($"Backend{number}.cs", $$"""
        using AttentionGen;

        namespace Application;

        /// <summary>A backend.</summary>
        [AttentionBackend("APPLICATION_{{number}}")]
        [AttentionSupport(DeviceKind.Cuda, MinComputeCapability = 80, ElementTypes = ElementTypes.Float16 | ElementTypes.BFloat16, HeadSizes = [64, 128])]
        internal sealed class Backend{{number}} : IAttentionBackend
        {
            public int Number => {{number}};
        }
        """);

    private static SyntaxTree Parse(string path, string source) => CSharpSyntaxTree.ParseText(source, ParseOptions, path);
}
