using System.Collections.Immutable;
using System.CommandLine;
using AttentionGen.CommandLine.Execution;
using AttentionGen.CommandLine.Options;
using AttentionGen.CommandLine.Output;
using AttentionGen.Libtorch;
using AttentionGen.Timing;

namespace AttentionGen.CommandLine.Timing;

/// <summary><c>attn tune</c>.</summary>
internal sealed class TuneCommand : AttentionCommand
{
    private readonly DeviceOption _device = DeviceOption.OfThisMachine();
    private readonly StepOptions _steps;

    private readonly Option<bool> _show = new("--show") { Description = "Print the ranking that is kept for the device, and measure nothing.", Arity = ArgumentArity.Zero };
    private readonly Option<bool> _clear = new("--clear") { Description = "Delete the ranking that is kept for the device, and measure nothing.", Arity = ArgumentArity.Zero };
    private readonly JsonOption _json = new();

    public TuneCommand(AttentionBackendRegistry registry)
        : base("tune", $"Measures backends and keeps the ranking of the device for the selector, beside what was measured before. {CacheDirectory.Variable} names the folder.")
    {
        _steps = new StepOptions(registry, "decode:1x1024", "decode:16x1024", "decode:16x4096", "prefill:1x512", "prefill:1x2048");
        Add(_device);
        _steps.AddTo(this);
        foreach (Option option in (Option[])[_show, _clear, _json])
            Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(_show) && result.GetValue(_clear))
                result.AddError("--show prints the ranking and --clear deletes it. Give one of them.");
        });
    }

    public override int Execute(ParseResult result, CommandContext context)
    {
        TuningStore store = OpenStore();
        if (!result.GetValue(_show) && !result.GetValue(_clear))
            return Tune(result, context, store);

        DeviceEnvironment environment = LibtorchRuntime.EnvironmentOf(result.GetValue(_device));
        return result.GetValue(_show) ? Show(result, context, store.Load(environment)) : Clear(result, context, store, environment);
    }

    private int Show(ParseResult result, CommandContext context, TuningReading reading)
    {
        RankingReport report = RankingReport.Of(reading);
        if (_json.Write(result, context.Output, report.ToJson))
        {
            context.Output.Results.WriteParagraph(report.Explanation);
            if (!report.Entries.IsEmpty)
                TimingView.Write(report.Entries, context.Output.Results);
        }

        return reading.State == TuningFileState.Usable ? ExitCodes.Success : ExitCodes.NegativeResult;
    }

    private int Clear(ParseResult result, CommandContext context, TuningStore store, DeviceEnvironment environment)
    {
        string path = store.PathFor(environment);
        bool exists = File.Exists(path);
        File.Delete(path);
        if (_json.Write(result, context.Output, RankingReport.Of(store.Load(environment)).ToJson))
            context.Output.Results.WriteParagraph(exists ? $"Deleted {path}" : $"Nothing was measured on this device: there is no {path}");
        return ExitCodes.Success;
    }

    private int Tune(ParseResult result, CommandContext context, TuningStore store)
    {
        // What needs no libtorch is checked before it is loaded.
        ImmutableArray<string> backends = _steps.ReadBackends(result, context.Registry);
        StepShape[] shapes = _steps.ReadShapes(result);
        TimingOptions timing = _steps.ReadTiming(result, context.Cancellation);
        AttentionDevice device = result.GetValue(_device);
        DeviceEnvironment environment = LibtorchRuntime.EnvironmentOf(device);

        TuningResult? measured = null;
        TimingProgress.Show(context.Output, shapes.Length, report =>
        {
            report($"{shapes[0]}");
            measured = AttentionTuner.Tune(context.Registry, environment.Device, shapes, new TuningOptions
            {
                Backends = backends,
                Timing = timing,
                Progress = new NextStep(shapes, report),
            });
        });
        TimingReport times = TimingReport.Of(environment.Device, measured!.Steps);
        if (measured.Tuning.Table.Entries.IsEmpty)
        {
            if (_json.Write(result, context.Output, times.ToJson))
                TimingView.Write(times, context.Output.Results);
            context.Output.WriteError("Nothing could be measured, so no ranking is written. Give steps that a backend supports.");
            return ExitCodes.NegativeResult;
        }

        TuningTable table = store.Load(environment).Table?.With(measured.Tuning.Table) ?? measured.Tuning.Table;
        int kept = table.Entries.Length - measured.Tuning.Table.Entries.Length;
        times = times with { Ranking = store.Save(measured.Tuning with { Table = table }) };
        if (_json.Write(result, context.Output, times.ToJson))
        {
            TimingView.Write(times, context.Output.Results);
            context.Output.Writer.WriteLine();
            context.Output.Results.WriteParagraph($"Written to {times.Ranking}{(kept == 0 ? "" : $", beside {kept} measured before")}");
        }

        return ExitCodes.Success;
    }

    private static TuningStore OpenStore()
    {
        try
        {
            return new TuningStore();
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidInputException(error.Message);
        }
    }

    /// <summary>Reports the step that begins as the one before ends.</summary>
    private sealed class NextStep(StepShape[] shapes, Action<string> report) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value)
        {
            if (value.Completed < shapes.Length)
                report($"{shapes[value.Completed]}");
        }
    }
}
