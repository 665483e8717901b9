using System.Globalization;

namespace AttentionGen.Benchmarks;

/// <summary>Prints rows as lines of a table.</summary>
internal static class ReportTable
{
    public static void WriteHeader(TextWriter output)
    {
        output.WriteLine("| work | type | threads | contender | median ms | min ms | GB/s of KV | GFLOP/s | CPU engine is | runs |");
        output.WriteLine("|---|---|---:|---|---:|---:|---:|---:|---:|---:|");
    }

    public static void Write(ReportRow row, TextWriter output)
    {
        foreach (TimedContender contender in row.Contenders)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {row.Work} | {row.ElementType} | {row.Threads} | {contender.Name} | {contender.Median * 1e3:F2} | {contender.Minimum * 1e3:F2} | {row.Bytes / contender.Median / 1e9:F1} | {row.Operations / contender.Median / 1e9:F0} | {contender.Median / row.Contenders[0].Median:F2}x | {contender.Runs} |"));
        }
    }
}
