using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0014: removes a declaration, or an argument of one, that nothing reads.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class RemoveSupportCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.SupportHoldsId)
{
    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (target.Is(FixKinds.RemoveArgument)
            && target.Node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is { NameEquals: { } property } argument)
        {
            yield return new($"Remove {property.Name.Identifier.ValueText}", FixKinds.RemoveArgument,
                editor => editor.RemoveNode(argument));
        }

        if (target.Is(FixKinds.RemoveDeclaration) && target.Node.FirstAncestorOrSelf<AttributeSyntax>() is { } attribute)
            yield return new("Remove [AttentionSupport]", FixKinds.RemoveDeclaration, editor => editor.RemoveNode(attribute));
    }
}
