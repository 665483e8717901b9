using System.Globalization;

namespace TextGeneration.Benchmarks;

/// <summary>Prints a report as two tables.</summary>
internal static class ReportTable
{
    public static void Write(BenchmarkReport report, TextWriter output)
    {
        output.WriteLine("| program | type | batch | tokens/s, median | min to max | peak memory, median | right answers | runs |");
        output.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|");
        foreach (Throughput row in report.Throughputs)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {row.Program} | {row.ElementType} | {row.Batch} | {row.TokensPerSecond.Median:F0} | {row.TokensPerSecond.Minimum:F0} to {row.TokensPerSecond.Maximum:F0} | {row.PeakMemory.Median / 1e6:F0} MB | {row.RightAnswers} of {report.Prompts} | {row.TokensPerSecond.Runs} |"));
        }

        output.WriteLine();
        output.WriteLine("| program | start to first token, median | min to max | runs |");
        output.WriteLine("|---|---:|---:|---:|");
        foreach (ColdStart row in report.ColdStarts)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {row.Program} | {row.Seconds.Median * 1e3:F0} ms | {row.Seconds.Minimum * 1e3:F0} to {row.Seconds.Maximum * 1e3:F0} ms | {row.Seconds.Runs} |"));
        }
    }
}
