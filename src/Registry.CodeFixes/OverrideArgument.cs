using AttentionGen.Generators;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AttentionGen.CodeFixes;

/// <summary>The argument <c>Override = true</c> of [AttentionBackend].</summary>
internal static class OverrideArgument
{
    public static AttributeArgumentSyntax? Find(AttributeSyntax attribute) =>
        attribute.ArgumentList?.Arguments.FirstOrDefault(static argument =>
            argument.NameEquals?.Name.Identifier.ValueText == WellKnownNames.OverrideProperty);

    public static AttributeSyntax RemoveFrom(AttributeSyntax attribute) =>
        Find(attribute) is { } argument
            ? attribute.WithArgumentList(attribute.ArgumentList!.WithArguments(attribute.ArgumentList.Arguments.Remove(argument)))
            : attribute;
}
