using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0005: replaces what a name must not have by underscores, or makes a name from the class's.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class RenameBackendCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.NameId)
{
    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (!target.Is(FixKinds.Rename)
            || target[FixProperties.Name] is not { } name
            || target.Node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { } argument)
        {
            yield break;
        }

        yield return new($"Rename to \"{name}\"", FixKinds.Rename, editor => editor.ReplaceNode(
            argument.Expression, editor.Generator.LiteralExpression(name).WithTriviaFrom(argument.Expression)));
    }
}
