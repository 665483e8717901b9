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
    public Diagnostic ToDiagnostic()
    {
        Location[] otherLocations = OtherLocation is null ? [] : [OtherLocation];
        object[] arguments = [.. Arguments];
        return Diagnostic.Create(Descriptor, Location ?? Microsoft.CodeAnalysis.Location.None, otherLocations, arguments);
    }
}
