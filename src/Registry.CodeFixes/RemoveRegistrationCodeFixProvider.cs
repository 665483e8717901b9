using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AttentionGen.CodeFixes;

/// <summary>
/// ATTN0006, ATTN0015: takes the class out of the registry, and with it the declarations of support beside the attribute,
/// which nothing would read any more.
/// </summary>
/// <remarks>
/// For ATTN0015 there is no fix that removes <c>Override</c> alone: the class would stay registered and never serve.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class RemoveRegistrationCodeFixProvider() : DocumentCodeFixProvider(
    RegistryDiagnostics.DuplicateInAssemblyId,
    RegistryDiagnostics.OverriddenTwiceId)
{
    private const string Key = "Remove [AttentionBackend]";

    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (target.Node.FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute
            || attribute.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || AttentionSymbols.Find(target.Model.Compilation) is not { } symbols)
        {
            yield break;
        }

        // By place and not by node: a class nested in this one may have been edited before.
        bool[][] isRemoved =
        [
            .. declaration.AttributeLists.Select(list => list.Attributes
                .Select(candidate => candidate == attribute || IsSupport(candidate, symbols, target))
                .ToArray()),
        ];
        yield return new($"Remove [AttentionBackend] of '{declaration.Identifier.ValueText}'", Key, editor =>
            editor.ReplaceNode(declaration, (current, _) => Without((TypeDeclarationSyntax)current, isRemoved)));
    }

    private static bool IsSupport(AttributeSyntax candidate, AttentionSymbols symbols, FixTarget target) =>
        SymbolEqualityComparer.Default.Equals(
            target.Model.GetSymbolInfo(candidate, target.CancellationToken).Symbol?.ContainingType, symbols.SupportAttribute);

    private static TypeDeclarationSyntax Without(TypeDeclarationSyntax declaration, bool[][] isRemoved)
    {
        SyntaxList<AttributeListSyntax> kept = SyntaxFactory.List(declaration.AttributeLists
            .Select((list, place) => list.WithAttributes(Without(list.Attributes, isRemoved[place])))
            .Where(static list => list.Attributes.Count > 0));
        var remaining = (TypeDeclarationSyntax)declaration.WithAttributeLists(kept);

        // What stands before a class, its documentation for one, belongs to its first token.
        return isRemoved[0].All(static removed => removed) ? TakeUp(remaining, declaration.GetLeadingTrivia()) : remaining;
    }

    private static SeparatedSyntaxList<AttributeSyntax> Without(SeparatedSyntaxList<AttributeSyntax> attributes, bool[] isRemoved)
    {
        for (int i = isRemoved.Length - 1; i >= 0; i--)
        {
            if (isRemoved[i])
                attributes = attributes.RemoveAt(i);
        }

        return attributes;
    }

    // Comments and directives of the new first token stay; its indentation is that of the old one.
    private static TypeDeclarationSyntax TakeUp(TypeDeclarationSyntax declaration, SyntaxTriviaList leading)
    {
        SyntaxTriviaList own = declaration.GetLeadingTrivia();
        return declaration.WithLeadingTrivia(
            own.All(static trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)) ? leading : leading.AddRange(own.SkipWhile(static trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia))));
    }
}
