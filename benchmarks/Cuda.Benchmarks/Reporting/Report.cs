using System.Text.Json.Serialization;

namespace AttentionGen.Cuda.Benchmarks.Reporting;

/// <summary>All that was measured.</summary>
/// <param name="Device">The device's name.</param>
/// <param name="Driver">The driver's version.</param>
/// <param name="Libtorch">libtorch's version.</param>
/// <param name="Rounds">How often each contender was timed.</param>
/// <param name="Rows">The rows.</param>
internal sealed record Report(string Device, string? Driver, string? Libtorch, int Rounds, List<ReportRow> Rows);

[JsonSourceGenerationOptions(WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Report))]
internal sealed partial class ReportContext : JsonSerializerContext;
