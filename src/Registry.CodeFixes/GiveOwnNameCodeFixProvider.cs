using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace AttentionGen.CodeFixes;

/// <summary>
/// ATTN0006, ATTN0007, ATTN0011, ATTN0015: registers the class under a name made from its own, which nothing else has. There
/// is nothing to override under it, so <c>Override</c> goes.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class GiveOwnNameCodeFixProvider() : DocumentCodeFixProvider(
    RegistryDiagnostics.DuplicateInAssemblyId,
    RegistryDiagnostics.DuplicateAcrossAssembliesId,
    RegistryDiagnostics.SimilarNamesId,
    RegistryDiagnostics.OverriddenTwiceId)
{
    private const string Key = "Register under a name of its own";

    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (target[FixProperties.Name] is not { } name
            || target.Node.FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute
            || attribute.ArgumentList?.Arguments.FirstOrDefault(static argument => argument.NameEquals is null) is not { } registered)
        {
            yield break;
        }

        yield return new($"Register as \"{name}\"", Key, editor =>
            editor.ReplaceNode(attribute, OverrideArgument.RemoveFrom(attribute.ReplaceNode(registered, Named(registered, name, editor.Generator)))));
    }

    // The constructor that takes an in-tree name calls its parameter something else, so a name before a colon goes.
    private static AttributeArgumentSyntax Named(AttributeArgumentSyntax argument, string name, SyntaxGenerator generator) =>
        argument.WithNameColon(null).WithExpression((ExpressionSyntax)generator.LiteralExpression(name)).WithTriviaFrom(argument);
}
