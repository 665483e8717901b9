using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace AttentionGen.CodeFixes;

/// <summary>Types as fixes write them: by their short name, with a using directive where one is needed.</summary>
internal static class ImportedTypeExpression
{
    public static SyntaxNode ImportedType(this SyntaxGenerator generator, ITypeSymbol type) =>
        generator.TypeExpression(type).WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);

    public static SyntaxNode ImportedMember(this SyntaxGenerator generator, ITypeSymbol type, string member) =>
        generator.MemberAccessExpression(generator.ImportedType(type), member);
}
