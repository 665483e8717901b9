using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>
/// ATTN0002: a class with [AttentionBackend] is neither abstract, static, generic nor file-local, and at least internal.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BackendMustBeInstantiableAnalyzer : RegisteredClassAnalyzer
{
    private static readonly ImmutableDictionary<string, string?> s_removeAbstract = FixOf(FixKinds.RemoveAbstract);
    private static readonly ImmutableDictionary<string, string?> s_removeStatic = FixOf(FixKinds.RemoveStatic);
    private static readonly ImmutableDictionary<string, string?> s_removeFile = FixOf(FixKinds.RemoveFile);
    private static readonly ImmutableDictionary<string, string?> s_makeInternal = FixOf(FixKinds.MakeTypeInternal);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        BackendDiagnostics.StaticClass,
        BackendDiagnostics.AbstractClass,
        BackendDiagnostics.GenericClass,
        BackendDiagnostics.NestedInGenericClass,
        BackendDiagnostics.FileLocalClass,
        BackendDiagnostics.NestedInFileLocalClass,
        BackendDiagnostics.InaccessibleClass,
        BackendDiagnostics.NestedInInaccessibleClass,
    ];

    private protected override void Analyze(SymbolAnalysisContext context, RegisteredClass registered)
    {
        ReportNoInstances(context, registered);
        ReportTypeParameters(context, registered);
        ReportReach(context, registered);
    }

    private static void ReportNoInstances(SymbolAnalysisContext context, RegisteredClass registered)
    {
        INamedTypeSymbol type = registered.Type;
        if (type.IsStatic)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                BackendDiagnostics.StaticClass, FindModified(registered, SyntaxKind.StaticKeyword, context.CancellationToken),
                s_removeStatic, type.Name));
        }
        else if (type.IsAbstract)
        {
            // Without the modifier a class must not have abstract members: then nothing can be fixed by removing it.
            bool fixable = !type.GetMembers().Any(static member => member.IsAbstract);
            context.ReportDiagnostic(Diagnostic.Create(
                BackendDiagnostics.AbstractClass, FindModified(registered, SyntaxKind.AbstractKeyword, context.CancellationToken),
                fixable ? s_removeAbstract : null, type.Name));
        }
    }

    private static void ReportTypeParameters(SymbolAnalysisContext context, RegisteredClass registered)
    {
        INamedTypeSymbol type = registered.Type;
        if (!type.TypeParameters.IsEmpty)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                BackendDiagnostics.GenericClass, registered.FindNameLocation(context.CancellationToken), type.Name));
        }
        else if (RegistryReach.SelfAndContainingTypes(type).FirstOrDefault(static outer => !outer.TypeParameters.IsEmpty) is { } generic)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                BackendDiagnostics.NestedInGenericClass, registered.FindNameLocation(context.CancellationToken), type.Name, generic.Name));
        }
    }

    private static void ReportReach(SymbolAnalysisContext context, RegisteredClass registered)
    {
        INamedTypeSymbol type = registered.Type;
        if (type.IsFileLocal)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                BackendDiagnostics.FileLocalClass, FindModified(registered, SyntaxKind.FileKeyword, context.CancellationToken),
                s_removeFile, type.Name));
        }
        else if (RegistryReach.SelfAndContainingTypes(type).FirstOrDefault(static outer => outer.IsFileLocal) is { } fileLocal)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                BackendDiagnostics.NestedInFileLocalClass, registered.FindNameLocation(context.CancellationToken), type.Name, fileLocal.Name));
        }

        if (RegistryReach.FindUnreachable(type).FirstOrDefault() is not { } unreachable)
            return;

        Location location = registered.FindNameLocation(context.CancellationToken);
        string accessibility = RegistryReach.Spell(unreachable.DeclaredAccessibility);
        context.ReportDiagnostic(SymbolEqualityComparer.Default.Equals(unreachable, type)
            ? Diagnostic.Create(BackendDiagnostics.InaccessibleClass, location, s_makeInternal, type.Name, accessibility)
            : Diagnostic.Create(BackendDiagnostics.NestedInInaccessibleClass, location, s_makeInternal, type.Name, unreachable.Name, accessibility));
    }

    // Of a partial class, the part to change is the one that has the modifier.
    private static Location FindModified(RegisteredClass registered, SyntaxKind modifier, CancellationToken cancellationToken)
    {
        foreach (SyntaxReference part in registered.Type.DeclaringSyntaxReferences)
        {
            if (part.GetSyntax(cancellationToken) is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(modifier))
                return declaration.Identifier.GetLocation();
        }

        return registered.FindNameLocation(cancellationToken);
    }

    private static ImmutableDictionary<string, string?> FixOf(string kind) =>
        ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Kind, kind);
}
