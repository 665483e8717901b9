using System.Collections.Immutable;
using System.Globalization;
using AttentionGen.CommandLine.Output;
using AttentionGen.Timing;
using Spectre.Console;

namespace AttentionGen.CommandLine.Timing;

/// <summary>Times as text: a table for each step, the fastest backend first.</summary>
internal static class TimingView
{
    public static void Write(TimingReport report, IAnsiConsole console)
    {
        console.WriteParagraph($"One layer's forward pass on {report.Device}, in microseconds");
        foreach (TimedStep step in report.Steps)
        {
            console.WriteLine();
            console.WriteParagraph(step.Shape.ToString(), Blocks.Headline);
            WriteStep(step, console);
        }
    }

    private static void WriteStep(TimedStep step, IAnsiConsole console)
    {
        BackendTiming[] timed = [.. step.Backends.Where(static backend => backend.Outcome == TimingOutcome.Timed)];
        if (timed.Length > 0)
        {
            bool decode = step.Shape.Phase == AttentionPhase.Decode;
            Table table = Blocks.Table("backend", "median", "least", "times", "plan", "samples", decode ? "KV GB/s" : "GFLOP/s");
            for (int column = 1; column < table.Columns.Count; column++)
                table.Columns[column].RightAligned();
            foreach (BackendTiming backend in timed)
            {
                double rate = (decode ? step.Shape.KeyValueBytes : step.Shape.Operations) / backend.MedianMicroseconds / 1000;
                table.AddRow(
                    new Text(backend.Name, new Style(backend == timed[0] ? Color.Green : Color.Default)),
                    Number(backend.MedianMicroseconds, "0.0"),
                    Number(backend.MinimumMicroseconds, "0.0"),
                    Number(backend.MedianMicroseconds / timed[0].MedianMicroseconds, "0.00"),
                    Number(backend.PlanMicroseconds, "0.0"),
                    Number(backend.Runs, "0"),
                    Number(rate, "0.0"));
            }

            console.WriteBlock(table);
        }

        foreach (BackendTiming backend in step.Backends)
        {
            if (backend.Outcome != TimingOutcome.Timed)
                console.WriteParagraph($"{backend.Name} was not timed: {backend.Explanation}");
        }
    }

    /// <summary>A kept ranking, a row for each shape.</summary>
    public static void Write(ImmutableArray<TuningEntry> entries, IAnsiConsole console)
    {
        Table table = Blocks.Table("step", "layer", "ranking, in microseconds");
        table.Columns[0].NoWrap();
        foreach (TuningEntry entry in entries)
        {
            string cache = entry.CacheElementType == entry.ElementType ? "" : $" over {entry.CacheElementType}";
            string features = entry.Features == AttentionFeatures.None ? "" : $", {CapabilityWords.Joined(entry.Features, "")}";
            table.AddRow(
                new Text(new StepText(entry.Phase, entry.Requests, entry.ContextLength).ToString()),
                new Text(string.Create(CultureInfo.InvariantCulture, $"{entry.ElementType}{cache}, heads of {entry.HeadSize} in groups of {entry.GroupSize}{features}")),
                new Text(string.Join(", ", entry.Ranking.Select(static backend => string.Create(CultureInfo.InvariantCulture, $"{backend.Name} {backend.Microseconds:0.0}")))));
        }

        console.WriteBlock(table);
    }

    private static Text Number(double value, string format) => new(value.ToString(format, CultureInfo.InvariantCulture));
}
