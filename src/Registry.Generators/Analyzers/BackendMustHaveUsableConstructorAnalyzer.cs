using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>ATTN0003: a class with [AttentionBackend] can be made by <c>new T()</c> from elsewhere in its assembly.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BackendMustHaveUsableConstructorAnalyzer : RegisteredClassAnalyzer
{
    private static readonly ImmutableDictionary<string, string?> s_add =
        ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Kind, FixKinds.AddConstructor);

    private static readonly ImmutableDictionary<string, string?> s_widen =
        ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Kind, FixKinds.MakeConstructorInternal);

    private static readonly SymbolDisplayFormat s_signature = new(
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeParamsRefOut,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        BackendDiagnostics.NoParameterlessConstructor,
        BackendDiagnostics.InaccessibleConstructor,
        BackendDiagnostics.ObsoleteConstructor,
        BackendDiagnostics.RequiredMembers,
    ];

    private protected override void Analyze(SymbolAnalysisContext context, RegisteredClass registered)
    {
        INamedTypeSymbol type = registered.Type;
        if (type.IsStatic || type.IsAbstract)
            return; // ATTN0002 comes first.

        if (ParameterlessConstructor.Find(type) is not { } constructor)
        {
            ReportMissing(context, registered);
            return;
        }

        Location location = constructor.IsImplicitlyDeclared
            ? registered.FindNameLocation(context.CancellationToken)
            : constructor.Locations[0];
        if (!RegistryReach.IsReachable(constructor.DeclaredAccessibility))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                BackendDiagnostics.InaccessibleConstructor, location, s_widen, type.Name,
                RegistryReach.Spell(constructor.DeclaredAccessibility)));
        }

        if (ParameterlessConstructor.IsObsoleteAsError(constructor))
            context.ReportDiagnostic(Diagnostic.Create(BackendDiagnostics.ObsoleteConstructor, location, type.Name));

        ImmutableArray<ISymbol> required = [.. ParameterlessConstructor.FindRequiredMembers(type)];
        if (!required.IsEmpty && !ParameterlessConstructor.SetsRequiredMembers(constructor))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                BackendDiagnostics.RequiredMembers, location, type.Name,
                string.Join(", ", required.Select(static member => $"'{member.Name}'"))));
        }
    }

    private static void ReportMissing(SymbolAnalysisContext context, RegisteredClass registered)
    {
        INamedTypeSymbol type = registered.Type;
        IEnumerable<string> signatures = type.InstanceConstructors
            .Where(static constructor => !constructor.IsImplicitlyDeclared)
            .Select(static constructor => $"'{constructor.ToDisplayString(s_signature)}'");
        context.ReportDiagnostic(Diagnostic.Create(
            BackendDiagnostics.NoParameterlessConstructor, registered.FindNameLocation(context.CancellationToken),
            CanAddConstructor(type, context) ? s_add : null, type.Name, string.Join(", ", signatures)));
    }

    // A new constructor would have to pass values of its own making to a primary constructor, or to a base that asks for some.
    private static bool CanAddConstructor(INamedTypeSymbol type, SymbolAnalysisContext context) =>
        type.BaseType is { } baseType
        && ParameterlessConstructor.Find(baseType) is { } baseConstructor
        && context.Compilation.IsSymbolAccessibleWithin(baseConstructor, type)
        && !type.InstanceConstructors.Any(constructor => IsPrimary(constructor, context.CancellationToken));

    private static bool IsPrimary(IMethodSymbol constructor, CancellationToken cancellationToken) =>
        constructor.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(cancellationToken) is TypeDeclarationSyntax);
}
