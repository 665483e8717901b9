using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>ATTN0009: a class that implements IAttentionBackend, and that the registry could make, carries [AttentionBackend].</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ImplementationShouldBeRegisteredAnalyzer : DiagnosticAnalyzer
{
    // Follows a class name that already is an in-tree name.
    private const string OwnNameSuffix = "_BACKEND";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [BackendDiagnostics.Unregistered];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (AttentionSymbols.Find(start.Compilation) is { } symbols)
                start.RegisterSymbolAction(symbol => Analyze(symbol, symbols), SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext context, AttentionSymbols symbols)
    {
        // A base class, a test double with arguments and a private helper are not meant for the registry.
        if (context.Symbol is not INamedTypeSymbol { TypeKind: TypeKind.Class } type
            || !BackendClass.IsValid(type)
            || symbols.FindBackendAttribute(type) is not null)
        {
            return;
        }

        string name = MakeName(type, symbols);
        context.ReportDiagnostic(Diagnostic.Create(
            BackendDiagnostics.Unregistered, type.Locations[0],
            ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Name, name), type.Name, name));
    }

    private static string MakeName(INamedTypeSymbol type, AttentionSymbols symbols)
    {
        string name = SuggestedName.FromClassName(type.Name);
        return InTreeParser.Parse(symbols.BackendEnum).Any(backend => backend.Name == name) ? name + OwnNameSuffix : name;
    }
}
