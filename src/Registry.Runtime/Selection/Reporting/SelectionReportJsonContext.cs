using System.Text.Json.Serialization;

namespace AttentionGen;

/// <summary>Writes and reads reports without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SelectionReport))]
internal sealed partial class SelectionReportJsonContext : JsonSerializerContext;
