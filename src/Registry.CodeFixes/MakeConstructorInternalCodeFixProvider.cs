using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0003: makes the constructor without parameters internal.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MakeConstructorInternalCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.ConstructorId)
{
    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (!target.Is(FixKinds.MakeConstructorInternal)
            || target.Node.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not { } constructor)
        {
            yield break;
        }

        yield return new($"Make '{constructor.Identifier.ValueText}()' internal", FixKinds.MakeConstructorInternal,
            editor => editor.SetAccessibility(constructor, Accessibility.Internal));
    }
}
