using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0005: names an in-tree backend by its enum member.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UseInTreeMemberCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.NameId)
{
    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (!target.Is(FixKinds.UseMember)
            || target[FixProperties.Member] is not { } member
            || target.Node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { } argument
            || AttentionSymbols.Find(target.Model.Compilation) is not { } symbols)
        {
            yield break;
        }

        // The other constructor calls its parameter something else, so a name before a colon goes.
        yield return new($"Use Backend.{member}", FixKinds.UseMember, editor => editor.ReplaceNode(
            argument,
            argument.WithNameColon(null)
                .WithExpression((ExpressionSyntax)editor.Generator.ImportedMember(symbols.BackendEnum, member))
                .WithTriviaFrom(argument)));
    }
}
