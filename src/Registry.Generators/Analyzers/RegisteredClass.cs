using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AttentionGen.Generators;

/// <summary>A class, and the [AttentionBackend] that it carries.</summary>
internal readonly record struct RegisteredClass(INamedTypeSymbol Type, AttributeData Attribute, AttentionSymbols Symbols)
{
    /// <summary>The class's name in the part that carries the attribute: where the rules about the class point.</summary>
    public Location FindNameLocation(CancellationToken cancellationToken) =>
        Attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken)
            .FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Identifier.GetLocation()
        ?? Type.Locations[0];
}
