using System.Collections.Immutable;
using System.Globalization;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Tests.Documentation;

/// <summary>
/// Holds docs/diagnostics to the code. Run with ATTENTIONGEN_ACCEPT=1 to rewrite the generated headers and the table.
/// </summary>
public sealed class DiagnosticPageTests
{
    private static readonly string[] s_sections = ["## Cause", "## Why", "## How to fix", "## Example", "## Configure"];

    // What the generator would add to an application, as far as an example may use it.
    private const string GeneratedRegistry =
        """
        static class AttentionRegistry
        {
            public static AttentionGen.Backend Parse(string text) => default;
            public static string GetName(AttentionGen.Backend backend) => "";
        }
        """;

    private const string Main = "static class Program { static void Main() { } }";

    public static TheoryData<Rule> Rules { get; } = [.. Rule.All];

    public static TheoryData<Rule> AnalyzedRules { get; } = [.. Rule.All.Where(static rule => rule.Analyzer is not null)];

    [Theory, MemberData(nameof(Rules))]
    public void Page_begins_with_what_the_descriptor_says(Rule rule)
    {
        string path = DiagnosticPages.PathOf(rule.Id);
        string header = DiagnosticPages.Header(rule);
        if (DiagnosticPages.Accept)
            File.WriteAllText(path, DiagnosticPages.WithHeader(File.Exists(path) ? File.ReadAllText(path) : "", header));

        Assert.True(File.Exists(path), $"Write docs/diagnostics/{rule.Id}.md; ATTENTIONGEN_ACCEPT=1 makes its header.");
        Assert.StartsWith(header, File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Rules))]
    public void Page_has_every_section_in_order(Rule rule)
    {
        string[] lines = File.ReadAllLines(DiagnosticPages.PathOf(rule.Id));

        Assert.Equal(s_sections, lines.Where(static line => line.StartsWith("## ", StringComparison.Ordinal)));
        Assert.Contains($"dotnet_diagnostic.{rule.Id}.severity = ", string.Join('\n', lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Overview_lists_every_rule()
    {
        string overview = File.ReadAllText(DiagnosticPages.Overview);
        string expected = DiagnosticPages.WithTable(overview, DiagnosticPages.Table(Rule.All));
        if (DiagnosticPages.Accept)
            File.WriteAllText(DiagnosticPages.Overview, expected);
        else
            Assert.Equal(expected, overview);
    }

    [Fact]
    public void Every_page_belongs_to_a_rule() =>
        Assert.Equal(
            Rule.All.Select(static rule => rule.Id),
            Directory.EnumerateFiles(DiagnosticPages.Folder, "ATTN*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(AnalyzedRules))]
    public async Task Example_breaks_the_rule_before_and_none_after(Rule rule)
    {
        (string before, string after) = DiagnosticPages.ReadExamples(File.ReadAllText(DiagnosticPages.PathOf(rule.Id)));

        Assert.All(await AnalyzeAsync(before), diagnostic => Assert.Equal(rule.Id, diagnostic.Id));
        Assert.NotEmpty(await AnalyzeAsync(before));
        Assert.Empty(await AnalyzeAsync(after));
    }

    [Theory]
    [InlineData("ATTN0006")]
    [InlineData("ATTN0007")]
    [InlineData("ATTN0008")]
    [InlineData("ATTN0010")]
    [InlineData("ATTN0011")]
    [InlineData("ATTN0015")]
    public void Generator_reports_the_example_before_and_not_after(string id)
    {
        string page = File.ReadAllText(DiagnosticPages.PathOf(id));
        (string before, string after) = DiagnosticPages.ReadExamples(page);

        Assert.Equal([id], GenerateApplication(page, before).Select(static diagnostic => diagnostic.Id));
        Assert.Empty(GenerateApplication(page, after));
    }

    /// <summary>Its two examples are what one library was compiled to: by another version of the generator, and by this one.</summary>
    [Fact]
    public void Generator_reports_a_reference_to_the_example_before_and_not_after()
    {
        (string before, string after) = DiagnosticPages.ReadExamples(File.ReadAllText(DiagnosticPages.PathOf("ATTN0012")));
        string generated = GeneratedManifestAttribute();

        Assert.Equal(["ATTN0012"], GenerateApplicationWith(before).Select(static diagnostic => diagnostic.Id));
        Assert.Empty(GenerateApplicationWith(after));
        Assert.Contains(generated, after, StringComparison.Ordinal);
    }

    /// <summary>An analyzer that is silenced must not let through what the generator would turn into code that does not compile.</summary>
    [Theory]
    [InlineData("ATTN0001", 0)]
    [InlineData("ATTN0002", 0)]
    [InlineData("ATTN0003", 0)]
    [InlineData("ATTN0004", 0)]
    [InlineData("ATTN0005", 0)]
    [InlineData("ATTN0009", 0)]
    [InlineData("ATTN0014", 1)]
    [InlineData("ATTN0016", 1)]
    public void Generator_leaves_out_what_cannot_be_registered(string id, int registeredBefore)
    {
        (string before, string after) = DiagnosticPages.ReadExamples(File.ReadAllText(DiagnosticPages.PathOf(id)));

        Assert.Equal(registeredBefore, CountRegistered(before));
        Assert.Equal(after.Split("[AttentionBackend(").Length - 1, CountRegistered(after));
    }

    private static ImmutableArray<Diagnostic> GenerateApplication(string page, string example)
    {
        MetadataReference[] references = DiagnosticPages.ReadReferencedLibrary(page) is { } library
            ? [ReferencedLibrary.Compile("Acme.Attention", library)]
            : [];
        return Generate(
            Compile(example, OutputKind.ConsoleApplication, Main).AddReferences(references),
            DiagnosticPages.ReadRequiredBackends(page)).Diagnostics;
    }

    private static ImmutableArray<Diagnostic> GenerateApplicationWith(string library)
    {
        Compilation reference = Compile(library).WithAssemblyName("Acme.Attention");
        return Generate(Compile("", OutputKind.ConsoleApplication, Main).AddReferences(reference.ToMetadataReference())).Diagnostics;
    }

    // What the example shows, as this generator writes it.
    private static string GeneratedManifestAttribute()
    {
        const string Library = """[AttentionBackend("ACME_ATTN")] public sealed class AcmeAttention : IAttentionBackend;""";
        Compilation compilation = Generate(Compile(Library).WithAssemblyName("Acme.Attention")).Compilation;
        return compilation.SyntaxTrees.Last().ToString().Split('\n')
            .Single(static line => line.StartsWith("[assembly: ", StringComparison.Ordinal))
            .Replace("global::AttentionGen.", "", StringComparison.Ordinal);
    }

    private static int CountRegistered(string example)
    {
        Compilation compilation = Generate(Compile(example)).Compilation;
        AssertCompiles(compilation);
        return compilation.Assembly.GetAttributes().Count(static attribute =>
            attribute.AttributeClass?.Name == nameof(RegisteredAttentionBackendAttribute));
    }

    private static (Compilation Compilation, ImmutableArray<Diagnostic> Diagnostics) Generate(
        Compilation example, string requiredBackends = "")
    {
        CSharpGeneratorDriver.Create([new AttentionRegistryGenerator().AsSourceGenerator()], optionsProvider: new RequiredBackends(requiredBackends))
            .RunGeneratorsAndUpdateCompilation(
                example, out Compilation compilation, out ImmutableArray<Diagnostic> diagnostics, TestContext.Current.CancellationToken);
        return (compilation, diagnostics);
    }

    private static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(string example)
    {
        CSharpCompilation compilation = Compile(example, other: GeneratedRegistry);
        AssertCompiles(compilation);
        return await compilation
            .WithAnalyzers([.. Rule.All.Select(static rule => rule.Analyzer).OfType<DiagnosticAnalyzer>()])
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
    }

    private static CSharpCompilation Compile(
        string example, OutputKind kind = OutputKind.DynamicallyLinkedLibrary, string other = "")
    {
        IEnumerable<SyntaxTree> trees =
            new[] { "using AttentionGen;\n" + example, other }.Select(static text => CSharpSyntaxTree.ParseText(text));
        ImmutableDictionary<string, ReportDiagnostic> allOn = Rule.All.ToImmutableDictionary(static rule => rule.Id, static _ => ReportDiagnostic.Warn);
        var options = new CSharpCompilationOptions(
            kind, nullableContextOptions: NullableContextOptions.Enable, specificDiagnosticOptions: allOn);
        return CSharpCompilation.Create("Example", trees, LocalReferences.All, options);
    }

    private static void AssertCompiles(Compilation compilation) =>
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .Select(static diagnostic => diagnostic.GetMessage(CultureInfo.InvariantCulture)));
}
