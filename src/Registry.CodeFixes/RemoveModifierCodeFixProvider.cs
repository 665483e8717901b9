using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0002: removes <c>abstract</c>, <c>static</c> or <c>file</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class RemoveModifierCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.InstantiableId)
{
    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (target.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration)
            yield break;

        string? kind = target[FixProperties.Kind];
        string? modifier = kind switch
        {
            FixKinds.RemoveAbstract => "abstract",
            FixKinds.RemoveStatic => "static",
            FixKinds.RemoveFile => "file",
            _ => null,
        };
        if (modifier is null)
            yield break;

        yield return new($"Remove '{modifier}'", kind!, editor => editor.ReplaceNode(declaration, (current, generator) =>
            generator.WithModifiers(current, Without(generator.GetModifiers(current), kind!))));
    }

    private static DeclarationModifiers Without(DeclarationModifiers modifiers, string kind) => kind switch
    {
        FixKinds.RemoveAbstract => modifiers.WithIsAbstract(false),
        FixKinds.RemoveStatic => modifiers.WithIsStatic(false),
        _ => modifiers.WithIsFile(false),
    };
}
