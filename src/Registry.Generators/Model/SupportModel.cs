namespace AttentionGen.Generators;

/// <summary>One [AttentionSupport] attribute.</summary>
/// <param name="Device">The device, as a C# expression.</param>
/// <param name="Properties">The properties that it sets, in ordinal order of their names.</param>
internal sealed record SupportModel(string Device, EquatableArray<PropertyModel> Properties);

/// <summary>A property and its value.</summary>
/// <param name="Name">The property: the attribute and the descriptor's record call it the same.</param>
/// <param name="Value">The value, as a C# expression.</param>
internal sealed record PropertyModel(string Name, string Value);
