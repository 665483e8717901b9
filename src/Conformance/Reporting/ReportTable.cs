using System.Globalization;

namespace AttentionGen.Conformance.Reporting;

/// <summary>The report as text: a row for each group, a column for each backend, and the failures below.</summary>
internal static class ReportTable
{
    public static void Write(ConformanceReport report, TextWriter writer)
    {
        string[] backends = [.. report.Cases.Select(static result => result.Backend).Distinct()];
        string[] groups = [.. report.Cases.Select(static result => result.Group).Distinct()];
        string[][] rows =
        [
            ["", .. backends],
            .. groups.Select(group => (string[])[group, .. backends.Select(backend => Counts(report, backend, group))]),
            ["all", .. backends.Select(backend => Counts(report, backend, null))],
        ];

        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Thoroughness} battery on {report.Device}: {report.Cases.Length} cases in {report.Seconds:0.0} s. Passed, failed, refused:"));
        for (int row = 0; row < rows.Length; row++)
        {
            string[] cells = rows[row];
            IEnumerable<string> padded = cells.Select((cell, column) => cell.PadRight(rows.Max(other => other[column].Length)));
            writer.WriteLine(string.Join("  ", padded).TrimEnd());
        }

        foreach (string sentence in report.NotCovered)
            writer.WriteLine($"not covered: {sentence}");
        foreach (ConformanceCase failure in report.Failures)
            WriteFailure(failure, writer);
    }

    private static void WriteFailure(ConformanceCase failure, TextWriter writer)
    {
        writer.WriteLine($"FAILED {failure.Backend} {failure.Group}/{failure.Name}");
        foreach (string reason in failure.Reasons)
            writer.WriteLine($"       {reason}");
        ConformanceMeasure[] within = [.. failure.Measures.Where(static measure => measure.IsWithin)];
        if (within.Length > 0)
            writer.WriteLine($"       Within limits: {string.Join(", ", within.Select(static measure => measure.ToString()))}.");
    }

    private static string Counts(ConformanceReport report, string backend, string? group)
    {
        int[] counts = new int[3];
        foreach (ConformanceCase result in report.Cases)
        {
            if (result.Backend == backend && (group is null || result.Group == group))
                counts[(int)result.Verdict]++;
        }

        return counts.Sum() == 0
            ? "-"
            : string.Join(' ', counts.Select(static count => count.ToString(CultureInfo.InvariantCulture)));
    }
}
