using System.Text.Json.Serialization;

namespace AttentionGen.Benchmarks;

/// <summary>One piece of work, done by all its contenders.</summary>
/// <param name="Work">What was done.</param>
/// <param name="ElementType">The element type.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="Bytes">The bytes of keys and values that it reads.</param>
/// <param name="Operations">The floating-point operations of its two matrix products.</param>
/// <param name="Contenders">Who did it; the first is the CPU engine.</param>
internal sealed record ReportRow(string Work, string ElementType, int Threads, double Bytes, double Operations, TimedContender[] Contenders);

/// <summary>All that was measured.</summary>
/// <param name="Processor">The vector width.</param>
/// <param name="Rows">The rows.</param>
internal sealed record Report(string Processor, List<ReportRow> Rows);

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(Report))]
internal sealed partial class ReportContext : JsonSerializerContext;
