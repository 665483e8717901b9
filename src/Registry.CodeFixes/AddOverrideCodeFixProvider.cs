using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0007: says that the application's class takes the place of the other assembly's.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AddOverrideCodeFixProvider() : DocumentCodeFixProvider(RegistryDiagnostics.DuplicateAcrossAssembliesId)
{
    private const string Key = "Set Override = true";

    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (target.Node.FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute)
            yield break;

        yield return new(Key, Key, editor =>
        {
            SyntaxGenerator generator = editor.Generator;
            if (OverrideArgument.Find(attribute) is { } written)
                editor.ReplaceNode(written.Expression, generator.TrueLiteralExpression().WithTriviaFrom(written.Expression));
            else
                editor.AddAttributeArgument(attribute, generator.AttributeArgument(WellKnownNames.OverrideProperty, generator.TrueLiteralExpression()));
        });
    }
}
