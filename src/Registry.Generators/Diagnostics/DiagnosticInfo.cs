using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>A diagnostic that can be compared.</summary>
/// <param name="Descriptor">The rule.</param>
/// <param name="Location">Where, or null where it is about references alone.</param>
/// <param name="OtherLocation">A second place, if there is one.</param>
/// <param name="Arguments">What the message names.</param>
internal sealed record DiagnosticInfo(
    DiagnosticDescriptor Descriptor, Location? Location, Location? OtherLocation, EquatableArray<string> Arguments)
{
    /// <summary>The name that a fix can give to the class at <see cref="Location"/>, or null.</summary>
    public string? SuggestedName { get; init; }

    public Diagnostic ToDiagnostic()
    {
        Location[] otherLocations = OtherLocation is null ? [] : [OtherLocation];
        ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty;
        if (SuggestedName is not null)
            properties = properties.Add(FixProperties.Name, SuggestedName);

        object[] arguments = [.. Arguments];
        return Diagnostic.Create(Descriptor, Location ?? Microsoft.CodeAnalysis.Location.None, otherLocations, properties, arguments);
    }
}
