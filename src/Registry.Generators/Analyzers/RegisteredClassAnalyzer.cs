using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>A rule about classes that carry [AttentionBackend].</summary>
public abstract class RegisteredClassAnalyzer : DiagnosticAnalyzer
{
    private protected RegisteredClassAnalyzer()
    {
    }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (AttentionSymbols.Find(start.Compilation) is not { } symbols)
                return;

            start.RegisterSymbolAction(
                symbol =>
                {
                    if (symbol.Symbol is INamedTypeSymbol { TypeKind: TypeKind.Class } type
                        && symbols.FindBackendAttribute(type) is { } attribute)
                    {
                        Analyze(symbol, new(type, attribute, symbols));
                    }
                },
                SymbolKind.NamedType);
        });
    }

    private protected abstract void Analyze(SymbolAnalysisContext context, RegisteredClass registered);
}
