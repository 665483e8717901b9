using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>ATTN0016: a class with [AttentionBackend] carries at least one [AttentionSupport].</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BackendShouldDeclareSupportAnalyzer : RegisteredClassAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [BackendDiagnostics.MissingSupport];

    private protected override void Analyze(SymbolAnalysisContext context, RegisteredClass registered)
    {
        if (registered.Symbols.FindSupportAttributes(registered.Type).Any())
            return;

        context.ReportDiagnostic(Diagnostic.Create(
            BackendDiagnostics.MissingSupport, registered.Attribute.FindLocation(context.CancellationToken), registered.Type.Name));
    }
}
