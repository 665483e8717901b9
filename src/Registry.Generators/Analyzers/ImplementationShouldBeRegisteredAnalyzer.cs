using System.Collections.Immutable;
using AttentionGen.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators.Analyzers;

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
        if (context.Symbol is not INamedTypeSymbol { TypeKind: TypeKind.Class } type
            || !symbols.ImplementsInterface(type)
            || symbols.FindBackendAttribute(type) is not null
            || !CanBeRegistered(type))
        {
            return;
        }

        string name = MakeName(type, symbols);
        context.ReportDiagnostic(Diagnostic.Create(
            BackendDiagnostics.Unregistered, type.Locations[0],
            ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Name, name), type.Name, name));
    }

    // A base class, a test double with arguments and a private helper are not meant for the registry.
    private static bool CanBeRegistered(INamedTypeSymbol type) =>
        type is { IsAbstract: false, IsStatic: false, IsGenericType: false }
        && !RegistryReach.SelfAndContainingTypes(type).Any(static outer => outer.IsFileLocal)
        && !RegistryReach.FindUnreachable(type).Any()
        && ParameterlessConstructor.CanBeCalled(type);

    private static string MakeName(INamedTypeSymbol type, AttentionSymbols symbols)
    {
        string name = BackendName.FromClassName(type.Name);
        return InTreeBackend.ReadFrom(symbols.BackendEnum).Any(backend => backend.Name == name) ? name + OwnNameSuffix : name;
    }
}
