using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace AttentionGen.Generators;

/// <summary>
/// ATTN0013: a Backend becomes text, and text a Backend, through AttentionRegistry. Off unless a severity is configured.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BackendTextShouldComeFromRegistryAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [BackendDiagnostics.ParsedByEnum, BackendDiagnostics.FormattedByEnum];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (AttentionSymbols.Find(start.Compilation) is not { } symbols)
                return;

            var registry = new Lazy<ImmutableDictionary<string, string?>>(() => DescribeRegistry(start.Compilation));
            start.RegisterOperationAction(
                operation => AnalyzeInvocation(operation, symbols.BackendEnum, registry), OperationKind.Invocation);
            start.RegisterOperationAction(
                operation => AnalyzeInterpolation(operation, symbols.BackendEnum, registry), OperationKind.Interpolation);
        });
    }

    private static void AnalyzeInvocation(
        OperationAnalysisContext context, INamedTypeSymbol backendEnum, Lazy<ImmutableDictionary<string, string?>> registry)
    {
        var invocation = (IInvocationOperation)context.Operation;
        if (IsEnumParse(invocation.TargetMethod) && Parses(invocation, backendEnum))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                BackendDiagnostics.ParsedByEnum, invocation.Syntax.GetLocation(), registry.Value, invocation.TargetMethod.Name));
        }
        else if (invocation is { TargetMethod: { Name: nameof(ToString), Parameters.IsEmpty: true }, Instance: { } instance }
            && IsBackend(instance, backendEnum))
        {
            // After ?. the receiver is not an expression that could be passed on.
            bool fixable = instance is not IConditionalAccessInstanceOperation;
            context.ReportDiagnostic(Diagnostic.Create(
                BackendDiagnostics.FormattedByEnum, invocation.Syntax.GetLocation(), fixable ? registry.Value : null, "ToString"));
        }
    }

    private static void AnalyzeInterpolation(
        OperationAnalysisContext context, INamedTypeSymbol backendEnum, Lazy<ImmutableDictionary<string, string?>> registry)
    {
        // A format, as in {backend:D}, asks for something else than the name.
        if (context.Operation is IInterpolationOperation { FormatString: null } interpolation
            && IsBackend(interpolation.Expression, backendEnum))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                BackendDiagnostics.FormattedByEnum, interpolation.Expression.Syntax.GetLocation(), registry.Value, "Interpolation"));
        }
    }

    private static bool IsEnumParse(IMethodSymbol method) =>
        method.ContainingType.SpecialType == SpecialType.System_Enum
        && method.Name is nameof(Enum.Parse) or nameof(Enum.TryParse);

    private static bool Parses(IInvocationOperation invocation, INamedTypeSymbol backendEnum) =>
        invocation.TargetMethod.TypeArguments is [{ } parsed]
            ? SymbolEqualityComparer.Default.Equals(parsed, backendEnum)
            : invocation.Arguments.Any(argument => argument.Value is ITypeOfOperation { TypeOperand: { } operand }
                && SymbolEqualityComparer.Default.Equals(operand, backendEnum));

    private static bool IsBackend(IOperation operation, INamedTypeSymbol backendEnum)
    {
        while (operation is IConversionOperation { IsImplicit: true } conversion)
            operation = conversion.Operand;

        return SymbolEqualityComparer.Default.Equals(operation.Type, backendEnum);
    }

    // The registry class is generated into the root namespace of the project, which only its declaration tells.
    private static ImmutableDictionary<string, string?> DescribeRegistry(Compilation compilation) =>
        compilation.GetSymbolsWithName(WellKnownNames.RegistryClass, SymbolFilter.Type).OfType<INamedTypeSymbol>()
            .FirstOrDefault(static type => type is { IsStatic: true, ContainingType: null }) is { } registry
                ? ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Registry, MetadataNameOf(registry))
                : ImmutableDictionary<string, string?>.Empty;

    private static string MetadataNameOf(INamedTypeSymbol type) =>
        type.ContainingNamespace.IsGlobalNamespace ? type.MetadataName : $"{type.ContainingNamespace.ToDisplayString()}.{type.MetadataName}";
}
