using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AttentionGen.Generators;

/// <summary>Where in the source the parts of an attribute are.</summary>
internal static class AttributeSyntaxExtensions
{
    extension(AttributeData attribute)
    {
        public AttributeSyntax? FindSyntax(CancellationToken cancellationToken) =>
            attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) as AttributeSyntax;

        public Location FindLocation(CancellationToken cancellationToken) =>
            attribute.FindSyntax(cancellationToken)?.GetLocation() ?? Location.None;

        /// <summary>The attribute's only constructor argument, or the whole attribute where it has none.</summary>
        public Location FindConstructorArgumentLocation(CancellationToken cancellationToken) =>
            attribute.FindSyntax(cancellationToken)?.ArgumentList?.Arguments
                .FirstOrDefault(static argument => argument.NameEquals is null)?.Expression.GetLocation()
            ?? attribute.FindLocation(cancellationToken);

        /// <summary>The argument that sets a property, or the whole attribute where none does.</summary>
        public Location FindNamedArgumentLocation(string name, CancellationToken cancellationToken) =>
            attribute.FindNamedArgument(name, cancellationToken)?.GetLocation() ?? attribute.FindLocation(cancellationToken);

        /// <summary>One element of the collection that sets a property, or the whole argument where it is not spelt out.</summary>
        public Location FindElementLocation(string name, int index, CancellationToken cancellationToken)
        {
            AttributeArgumentSyntax? argument = attribute.FindNamedArgument(name, cancellationToken);
            SyntaxNode? element = argument?.Expression switch
            {
                CollectionExpressionSyntax collection when index < collection.Elements.Count => collection.Elements[index],
                ArrayCreationExpressionSyntax { Initializer: { } array } when index < array.Expressions.Count => array.Expressions[index],
                ImplicitArrayCreationExpressionSyntax { Initializer: var array } when index < array.Expressions.Count => array.Expressions[index],
                _ => argument,
            };
            return element?.GetLocation() ?? attribute.FindLocation(cancellationToken);
        }

        private AttributeArgumentSyntax? FindNamedArgument(string name, CancellationToken cancellationToken) =>
            attribute.FindSyntax(cancellationToken)?.ArgumentList?.Arguments
                .FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name);
    }
}
