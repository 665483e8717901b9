using System.Collections.Immutable;
using AttentionGen.Generators;
using AttentionGen.Tests.Documentation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Tests;

/// <summary>
/// Runs the generator and reports what it reports: the testing library hands the diagnostics of analyzers to fixes, and
/// those of generators to none.
/// </summary>
#pragma warning disable RS1001 // Without the attribute no compiler loads it: it runs in this process alone.
internal sealed class GeneratorAsAnalyzer : DiagnosticAnalyzer
#pragma warning restore RS1001
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [.. Rule.All.Where(static rule => rule.Analyzer is null).SelectMany(static rule => rule.Descriptors)];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        // File by file, as an editor asks: a fix cannot be offered for what only the end of a compilation shows.
        context.RegisterSemanticModelAction(static file =>
        {
            GeneratorDriverRunResult result = CSharpGeneratorDriver.Create(new AttentionRegistryGenerator())
                .RunGenerators(file.SemanticModel.Compilation, file.CancellationToken)
                .GetRunResult();
            foreach (Diagnostic diagnostic in result.Diagnostics.Where(found => found.Location.SourceTree == file.SemanticModel.SyntaxTree))
                file.ReportDiagnostic(diagnostic);
        });
    }
}
