using System.Text.Json.Serialization;

namespace AttentionGen;

/// <summary>How passed probes become JSON, without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ProbeRecord))]
internal sealed partial class ProbeJsonContext : JsonSerializerContext;
