using System.Globalization;
using AttentionGen.Conformance;
using Spectre.Console;

namespace AttentionGen.CommandLine.Verifying;

/// <summary>Each failure as it happens above a bar that is redrawn in place: progress for terminals.</summary>
internal sealed class ProgressBar(IAnsiConsole console, ProgressTask task) : IProgress<ConformanceProgress>
{
    private int _failed;

    /// <summary>Runs the battery under a bar.</summary>
    public static ConformanceReport Run(IAnsiConsole console, Func<IProgress<ConformanceProgress>, ConformanceReport> battery) =>
        console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(progress => battery(new ProgressBar(console, progress.AddTask("starting"))));

    public void Report(ConformanceProgress value)
    {
        if (value.Case.Verdict == ConformanceVerdict.Failed)
        {
            _failed++;
            console.WriteLine(value.Case.ToString());
        }

        task.MaxValue = value.Total;
        task.Value = value.Completed;
        task.Description = string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Completed}/{value.Total}, {(_failed == 0 ? "0 failed" : $"[red]{_failed} failed[/]")}, {Markup.Escape($"{value.Case.Backend} {value.Case.Group}")}");
    }
}
