using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0003: adds a constructor without parameters.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AddConstructorCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.ConstructorId)
{
    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (!target.Is(FixKinds.AddConstructor) || target.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration)
            yield break;

        string name = declaration.Identifier.ValueText;
        int index = FindPlace(declaration);
        yield return new($"Add a constructor '{name}()'", FixKinds.AddConstructor, editor =>
            editor.ReplaceNode(declaration, (current, generator) => generator.InsertMembers(
                current, index, generator.ConstructorDeclaration(name, accessibility: Accessibility.Public))));
    }

    // Before the other constructors, else after the fields.
    private static int FindPlace(TypeDeclarationSyntax declaration)
    {
        SyntaxList<MemberDeclarationSyntax> members = declaration.Members;
        int firstConstructor = members.IndexOf(static member => member is ConstructorDeclarationSyntax);
        return firstConstructor >= 0 ? firstConstructor : members.LastIndexOf(static member => member is FieldDeclarationSyntax) + 1;
    }
}
