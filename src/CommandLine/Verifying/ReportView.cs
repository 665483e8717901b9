using System.Globalization;
using AttentionGen.CommandLine.Output;
using AttentionGen.Conformance;
using Spectre.Console;

namespace AttentionGen.CommandLine.Verifying;

/// <summary>A conformance report as text: a row for each group, a column for each backend, and the failures below.</summary>
internal static class ReportView
{
    public static void Write(ConformanceReport report, IAnsiConsole console)
    {
        string[] backends = [.. report.Cases.Select(static result => result.Backend).Distinct()];
        string[] groups = [.. report.Cases.Select(static result => result.Group).Distinct()];
        console.WriteParagraph(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Thoroughness} battery on {report.Device}: {report.Cases.Length} cases in {report.Seconds:0.0} s. Passed, failed, refused:"));
        Table table = Blocks.Table(["", .. backends]);
        foreach (string group in groups)
            table.AddRow([new Text(group), .. backends.Select(backend => Counts(report, backend, group))]);
        table.AddRow([new Text("all", Blocks.Headline), .. backends.Select(backend => Counts(report, backend, null))]);
        console.WriteBlock(table);

        foreach (string sentence in report.NotCovered)
            console.WriteParagraph($"not covered: {sentence}");
        foreach (ConformanceCase failure in report.Failures)
            WriteFailure(failure, console);
    }

    private static void WriteFailure(ConformanceCase failure, IAnsiConsole console)
    {
        console.WriteParagraph($"FAILED {failure.Backend} {failure.Group}/{failure.Name}", new Style(Color.Red));
        foreach (string reason in failure.Reasons)
            console.WriteParagraph($"       {reason}");
        ConformanceMeasure[] within = [.. failure.Measures.Where(static measure => measure.IsWithin)];
        if (within.Length > 0)
            console.WriteParagraph($"       Within limits: {string.Join(", ", within.Select(static measure => measure.ToString()))}.");
    }

    private static Text Counts(ConformanceReport report, string backend, string? group)
    {
        int[] counts = new int[3];
        foreach (ConformanceCase result in report.Cases)
        {
            if (result.Backend == backend && (group is null || result.Group == group))
                counts[(int)result.Verdict]++;
        }

        return counts.Sum() == 0
            ? new Text("-")
            : new Text(
                string.Join(' ', counts.Select(static count => count.ToString(CultureInfo.InvariantCulture))),
                new Style(counts[(int)ConformanceVerdict.Failed] > 0 ? Color.Red : Color.Green));
    }
}
