using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0016: adds an [AttentionSupport] to begin with: CPU, 32-bit floating point.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class DeclareSupportCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.SupportDeclaredId)
{
    private const string Key = "Add [AttentionSupport]";

    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (target.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || AttentionSymbols.Find(target.Model.Compilation) is not { } symbols
            || symbols.SupportAttribute.GetMembers("ElementTypes").OfType<IPropertySymbol>().FirstOrDefault() is not { } elementTypes)
        {
            yield break;
        }

        yield return new("Declare support of CPU with ElementTypes.Float32", Key, editor =>
        {
            SyntaxGenerator generator = editor.Generator;
            editor.AddAttribute(declaration, generator.Attribute(
                generator.ImportedType(symbols.SupportAttribute),
                [
                    generator.AttributeArgument(generator.ImportedMember(symbols.DeviceEnum, "Cpu")),
                    generator.AttributeArgument(elementTypes.Name, generator.ImportedMember(elementTypes.Type, "Float32")),
                ]));
        });
    }
}
