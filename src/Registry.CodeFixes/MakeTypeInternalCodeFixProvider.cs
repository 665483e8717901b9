using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0002: makes the class, and the types around it, internal where they are less.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MakeTypeInternalCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.InstantiableId)
{
    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (!target.Is(FixKinds.MakeTypeInternal)
            || target.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } innermost
            || target.Model.GetDeclaredSymbol(innermost, target.CancellationToken) is not INamedTypeSymbol type)
        {
            yield break;
        }

        TypeDeclarationSyntax[] declarations =
            [.. RegistryReach.FindUnreachable(type).SelectMany(unreachable => FindDeclarationsToChange(unreachable, target.CancellationToken))];
        if (declarations.Any(declaration => declaration.SyntaxTree != innermost.SyntaxTree))
            yield break;

        string title = declarations.Length == 1 ? $"Make '{declarations[0].Identifier.ValueText}' internal" : "Make the types internal";
        yield return new(title, FixKinds.MakeTypeInternal, editor =>
        {
            foreach (TypeDeclarationSyntax declaration in declarations)
                editor.SetAccessibility(declaration, Accessibility.Internal);
        });
    }

    // The parts of a partial type that name an accessibility have to agree; where none does, one is enough.
    private static IEnumerable<TypeDeclarationSyntax> FindDeclarationsToChange(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        TypeDeclarationSyntax[] parts =
            [.. type.DeclaringSyntaxReferences.Select(part => part.GetSyntax(cancellationToken)).OfType<TypeDeclarationSyntax>()];
        TypeDeclarationSyntax[] explicitParts = [.. parts.Where(static part => part.Modifiers.Any(AccessibilityModifiers.Contains))];
        return explicitParts.Length > 0 ? explicitParts : parts.Take(1);
    }
}
