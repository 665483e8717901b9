using System.Text.Json.Serialization;

namespace AttentionGen;

/// <summary>How measured rankings become JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TuningJson))]
internal sealed partial class TuningJsonContext : JsonSerializerContext;
