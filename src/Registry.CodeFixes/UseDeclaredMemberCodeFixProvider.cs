using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0004: offers the member that the class is called after, the nearest in value, and the first.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UseDeclaredMemberCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.DeclaredMemberId)
{
    private static readonly string[] s_choices =
        [FixProperties.MemberNamedLikeClass, FixProperties.Member, FixProperties.FirstMember];

    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (target.Node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { } argument
            || AttentionSymbols.Find(target.Model.Compilation) is not { } symbols)
        {
            yield break;
        }

        var offered = new HashSet<string>();
        foreach (string choice in s_choices)
        {
            if (target[choice] is { } member && offered.Add(member))
            {
                yield return new($"Use Backend.{member}", choice, editor => editor.ReplaceNode(
                    argument.Expression, editor.Generator.ImportedMember(symbols.BackendEnum, member)));
            }
        }
    }
}
