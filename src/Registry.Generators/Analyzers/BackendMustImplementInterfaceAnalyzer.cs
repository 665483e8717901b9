using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>ATTN0001: a class with [AttentionBackend] implements IAttentionBackend.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BackendMustImplementInterfaceAnalyzer : RegisteredClassAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [BackendDiagnostics.MissingInterface];

    private protected override void Analyze(SymbolAnalysisContext context, RegisteredClass registered)
    {
        INamedTypeSymbol type = registered.Type;

        // A static class cannot implement anything: ATTN0002 comes first. A base that does not bind is the compiler's to report.
        if (type.IsStatic || type.BaseType is { TypeKind: TypeKind.Error } || type.Interfaces.Any(IsUnbound)
            || registered.Symbols.ImplementsInterface(type))
        {
            return;
        }

        context.ReportDiagnostic(Diagnostic.Create(
            BackendDiagnostics.MissingInterface, registered.FindNameLocation(context.CancellationToken), type.Name));
    }

    private static bool IsUnbound(INamedTypeSymbol type) => type.TypeKind == TypeKind.Error;
}
