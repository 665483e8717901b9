using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0008: removes <c>Override = true</c> where there is nothing to override.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class RemoveOverrideCodeFixProvider() : DocumentCodeFixProvider(RegistryDiagnostics.NothingOverriddenId)
{
    private const string Key = "Remove Override = true";

    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (target.Node.FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute || OverrideArgument.Find(attribute) is null)
            yield break;

        yield return new(Key, Key, editor => editor.ReplaceNode(attribute, OverrideArgument.RemoveFrom(attribute)));
    }
}
