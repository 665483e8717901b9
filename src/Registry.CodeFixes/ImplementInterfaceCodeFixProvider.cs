using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0001: derives the class from PagedAttentionBackend, where that is referenced, or adds the interface.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ImplementInterfaceCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.InterfaceId)
{
    private const string DeriveKey = "Derive from PagedAttentionBackend";
    private const string ImplementKey = "Implement IAttentionBackend";

    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        Compilation compilation = target.Model.Compilation;
        if (target.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || AttentionSymbols.Find(compilation) is not { } symbols)
        {
            yield break;
        }

        yield return new("Implement IAttentionBackend", ImplementKey, editor =>
            editor.AddInterfaceType(declaration, editor.Generator.ImportedType(symbols.BackendInterface)));

        if (compilation.GetTypeByMetadataName("AttentionGen.PagedAttentionBackend") is { } pagedBackend
            && target.Model.GetDeclaredSymbol(declaration, target.CancellationToken) is INamedTypeSymbol { IsRecord: false, BaseType.SpecialType: SpecialType.System_Object } type
            && compilation.IsSymbolAccessibleWithin(pagedBackend, type))
        {
            yield return new("Derive from PagedAttentionBackend", DeriveKey, editor =>
                editor.AddBaseType(declaration, editor.Generator.ImportedType(pagedBackend)));
        }
    }
}
