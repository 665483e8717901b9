using System.Text.Json.Serialization;

namespace AttentionGen.Conformance.Reporting;

/// <summary>How reports become JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ConformanceReport))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
