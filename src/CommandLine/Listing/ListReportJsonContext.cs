using System.Text.Json.Serialization;

namespace AttentionGen.CommandLine.Listing;

/// <summary>Writes lists without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListReport))]
internal sealed partial class ListReportJsonContext : JsonSerializerContext;
