using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0009: adds [AttentionBackend] with a name made from the class's.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class RegisterImplementationCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.RegisteredId)
{
    private const string Key = "Add [AttentionBackend]";

    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (target[FixProperties.Name] is not { } name
            || target.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || AttentionSymbols.Find(target.Model.Compilation) is not { } symbols)
        {
            yield break;
        }

        yield return new($"Add [AttentionBackend(\"{name}\")]", Key, editor =>
        {
            SyntaxGenerator generator = editor.Generator;
            editor.AddAttribute(declaration, generator.Attribute(
                generator.ImportedType(symbols.BackendAttribute),
                [generator.AttributeArgument(generator.LiteralExpression(name))]));
        });
    }
}
