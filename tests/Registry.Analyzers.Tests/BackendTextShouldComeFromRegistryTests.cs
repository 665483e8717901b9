using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

using Analyzer = AttentionGen.Tests.AnalyzerTest<AttentionGen.Generators.BackendTextShouldComeFromRegistryAnalyzer>;
using Fix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.BackendTextShouldComeFromRegistryAnalyzer,
    AttentionGen.CodeFixes.UseRegistryCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class BackendTextShouldComeFromRegistryTests
{
    private const string Registry =
        """


        namespace Acme
        {
            static partial class AttentionRegistry
            {
                public static AttentionGen.Backend Parse(string text) => throw null;
                public static bool TryParse(string text, out AttentionGen.Backend backend) => throw null;
                public static string GetName(AttentionGen.Backend backend) => throw null;
            }
        }
        """;

    [Theory]
    [InlineData(
        """Backend b = {|#0:Enum.Parse<Backend>(text)|};""",
        "Enum.Parse reads the C# names of Backend and uses reflection; AttentionRegistry.Parse reads the names that configuration uses")]
    [InlineData(
        """bool b = {|#0:Enum.TryParse(text, true, out Backend result)|};""",
        "Enum.TryParse reads the C# names of Backend and uses reflection; AttentionRegistry.TryParse reads the names that configuration uses")]
    [InlineData(
        """string s = {|#0:backend.ToString()|};""",
        "ToString gives the C# name of a Backend and uses reflection; AttentionRegistry.GetName gives the name that configuration uses")]
    [InlineData(
        """string s = $"on {{|#0:backend|}}";""",
        "Interpolation gives the C# name of a Backend and uses reflection; AttentionRegistry.GetName gives the name that configuration uses")]
    public Task Each_use_has_its_own_message(string statement, string message) =>
        Analyzer.RunAsync(Use(statement), new DiagnosticResult("ATTN0013", DiagnosticSeverity.Info).WithLocation(0).WithMessage(message));

    [Theory]
    [InlineData("""object o = {|ATTN0013:Enum.Parse(typeof(Backend), text)|};""")]
    [InlineData("""bool b = {|ATTN0013:Enum.TryParse(typeof(Backend), text, out object result)|};""")]
    [InlineData("""bool b = {|ATTN0013:Enum.TryParse<Backend>(text.AsSpan(), out _)|};""")]
    [InlineData("""string s = maybe?{|ATTN0013:.ToString()|};""")]
    public Task Other_forms_are_found(string statement) => Analyzer.RunAsync(Use(statement));

    [Theory]
    [InlineData("""string s = backend.ToString("D");""")]
    [InlineData("""string s = $"{backend:D}";""")]
    [InlineData("""string s = $"{text}" + DayOfWeek.Monday.ToString();""")]
    [InlineData("""DayOfWeek d = Enum.Parse<DayOfWeek>(text);""")]
    [InlineData("""object o = Enum.Parse(typeof(DayOfWeek), text);""")]
    [InlineData("""int i = (int)backend;""")]
    [InlineData("""Backend b = Parse<Backend>(text); static T Parse<T>(string text) => default;""")]
    public Task Other_uses_are_left_alone(string statement) => Analyzer.RunAsync(Use(statement));

    [Fact]
    public Task Pragma_suppresses() =>
        Analyzer.RunAsync(Use(
            """
            #pragma warning disable ATTN0013
                    string s = backend.ToString();
            """));

    [Fact]
    public Task Generated_file_is_skipped()
    {
        var test = new Analyzer();
        test.TestState.Sources.Add(("Acme.g.cs", Use("string s = backend.ToString();")));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(ReportDiagnostic.Info, 1)]
    public async Task Rule_is_off_until_a_severity_is_configured(ReportDiagnostic? configured, int expected)
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary);
        if (configured is { } severity)
            options = options.WithSpecificDiagnosticOptions([new("ATTN0013", severity)]);

        SyntaxTree tree = CSharpSyntaxTree.ParseText(
            Use("string s = backend.ToString();"), cancellationToken: TestContext.Current.CancellationToken);
        CSharpCompilation compilation = CSharpCompilation.Create("Test", [tree], LocalReferences.All, options);

        var diagnostics = await compilation.WithAnalyzers([new BackendTextShouldComeFromRegistryAnalyzer()])
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, diagnostics.Length);
    }

    [Fact]
    public Task Fix_parses_and_formats_through_the_registry() =>
        Fix.RunAsync(
            Use(
                """
                Backend a = {|ATTN0013:Enum.Parse<Backend>(text)|};
                        a = {|ATTN0013:Enum.Parse<Backend>(text, ignoreCase: true)|};
                        a = (Backend){|ATTN0013:Enum.Parse(typeof(Backend), text)|};
                        string s = {|ATTN0013:a.ToString()|} + $"on {{|ATTN0013:backend|}}";
                        s = {|ATTN0013:{|ATTN0013:Enum.Parse<Backend>(text)|}.ToString()|};
                """) + Registry,
            Use(
                """
                Backend a = AttentionRegistry.Parse(text);
                        a = AttentionRegistry.Parse(text);
                        a = AttentionRegistry.Parse(text);
                        string s = AttentionRegistry.GetName(a) + $"on {AttentionRegistry.GetName(backend)}";
                        s = AttentionRegistry.GetName(AttentionRegistry.Parse(text));
                """, "using Acme;") + Registry);

    [Fact]
    public Task Fix_tries_to_parse_through_the_registry() =>
        Fix.RunAsync(
            Use(
                """
                if ({|ATTN0013:Enum.TryParse(text, out Backend a)|} && {|ATTN0013:Enum.TryParse<Backend>(result: out var b, value: text)|})
                            Console.WriteLine({|ATTN0013:Enum.TryParse(text, ignoreCase: true, out backend)|});
                """) + Registry,
            Use(
                """
                if (AttentionRegistry.TryParse(text, out Backend a) && AttentionRegistry.TryParse(text, out var b))
                            Console.WriteLine(AttentionRegistry.TryParse(text, out backend));
                """, "using Acme;") + Registry);

    [Fact]
    public Task Without_a_registry_there_is_nothing_to_fix() =>
        Fix.RunWithoutFixAsync(Use("string s = {|ATTN0013:backend.ToString()|};"));

    [Theory]
    [InlineData("string s = maybe?{|ATTN0013:.ToString()|};")]
    [InlineData("bool b = {|ATTN0013:Enum.TryParse(typeof(Backend), text, out object result)|};")]
    public Task Form_without_an_equal_is_not_fixed(string statement) => Fix.RunWithoutFixAsync(Use(statement) + Registry);

    private static string Use(string statements, string import = "") =>
        $$"""
        using System;{{(import.Length == 0 ? "" : "\n" + import)}}
        using AttentionGen;

        class Program
        {
            void Run(string text, Backend backend, Backend? maybe)
            {
                {{statements.TrimStart()}}
            }
        }
        """;
}
