using System.CommandLine;
using AttentionGen.CommandLine.Execution;
using AttentionGen.CommandLine.Options;
using AttentionGen.CommandLine.Output;
using AttentionGen.Libtorch;
using AttentionGen.Timing;

namespace AttentionGen.CommandLine.Timing;

/// <summary><c>attn bench</c>.</summary>
internal sealed class BenchCommand : AttentionCommand
{
    private readonly DeviceOption _device = DeviceOption.OfThisMachine();
    private readonly StepOptions _steps;
    private readonly Option<string?> _plot = new("--plot") { HelpName = "file", Description = "Draw the times into this PNG file, too." };
    private readonly JsonOption _json = new();

    public BenchCommand(AttentionBackendRegistry registry)
        : base("bench", "Times backends side by side on the same random numbers. The exit code is 1 where a named backend could not be timed or one gave other numbers.")
    {
        _steps = new StepOptions(registry, "decode:16x1024", "prefill:1x512");
        Add(_device);
        _steps.AddTo(this);
        Add(_plot);
        Add(_json);
    }

    public override int Execute(ParseResult result, CommandContext context)
    {
        // What needs no libtorch is checked before it is loaded.
        var backends = _steps.ReadBackends(result, context.Registry);
        StepShape[] shapes = _steps.ReadShapes(result);
        TimingOptions options = _steps.ReadTiming(result, context.Cancellation);
        string? plot = result.GetValue(_plot);
        if (plot is not null)
            TimingPlot.ThrowIfUnwritable(plot);
        AttentionDevice device = result.GetValue(_device);
        LibtorchRuntime.Load(new LibtorchOptions { Device = device.Kind });
        device = LibtorchRuntime.Describe(device);

        List<StepTiming> steps = [];
        TimingProgress.Show(context.Output, shapes.Length, report =>
        {
            foreach (StepShape shape in shapes)
            {
                report($"{shape}");
                steps.Add(StepTimer.Time(context.Registry, device, shape, backends, options));
            }
        });

        TimingReport times = TimingReport.Of(device, steps);
        bool text = _json.Write(result, context.Output, times.ToJson);
        if (text)
            TimingView.Write(times, context.Output.Results);
        if (plot is not null && times.Steps.Any(static step => step.Backends.Any(static backend => backend.Outcome == TimingOutcome.Timed)))
        {
            TimingPlot.Write(times, plot);
            if (text)
                context.Output.Results.WriteParagraph($"Drawn into {plot}");
        }

        return steps.All(step => IsGood(step, _steps.NamesBackends(result))) ? ExitCodes.Success : ExitCodes.NegativeResult;
    }

    private static bool IsGood(StepTiming step, bool named) =>
        step.Backends.Any(static backend => backend.Outcome == TimingOutcome.Timed)
        && step.Backends.All(backend => backend.Outcome == TimingOutcome.Timed || (!named && backend.Outcome is TimingOutcome.NotSupported or TimingOutcome.NotAvailable));
}
