using System.CommandLine;
using AttentionGen.CommandLine.Execution;
using AttentionGen.CommandLine.Options;
using AttentionGen.Conformance;
using AttentionGen.Libtorch;

namespace AttentionGen.CommandLine.Verifying;

/// <summary><c>attn verify</c>.</summary>
internal sealed class VerifyCommand : AttentionCommand
{
    private readonly DeviceOption _device = DeviceOption.OfThisMachine();
    private readonly BackendsOption _backends;

    private readonly Option<string?> _filter = new("--filter", "-f")
    {
        HelpName = "text",
        Description = "Only cases whose group/name contains this text, for example 'tree/' or 'window=1'.",
    };

    private readonly Option<bool> _full = new("--full")
    {
        Description = "Run the full battery: the batches at their published sizes and more combinations.",
        Arity = ArgumentArity.Zero,
    };

    private readonly JsonOption _json = new();

    public VerifyCommand(AttentionBackendRegistry registry)
        : base("verify", "Holds backends to the conformance battery. The exit code is 1 where one fails, or where no case matches.")
    {
        _backends = new BackendsOption("--backend", "A backend to run; may be given several times. Without it all that are registered.", registry);
        _backends.Aliases.Add("-b");
        foreach (Option option in (Option[])[_device, _backends, _filter, _full, _json])
            Add(option);
    }

    public override int Execute(ParseResult result, CommandContext context)
    {
        // What needs no libtorch is checked before it is loaded.
        ConformanceOptions options = new()
        {
            Backends = [.. _backends.Read(result, context.Registry).Select(static backend => backend.Name)],
            Filter = result.GetValue(_filter),
            Thoroughness = result.GetValue(_full) ? ConformanceThoroughness.Full : ConformanceThoroughness.Quick,
            Cancellation = context.Cancellation,
        };
        AttentionDevice device = result.GetValue(_device);
        LibtorchRuntime.Load(new LibtorchOptions { Device = device.Kind });
        device = LibtorchRuntime.Describe(device);

        ConformanceReport Run(IProgress<ConformanceProgress> progress) =>
            ConformanceBattery.Run(context.Registry, device, options with { Progress = progress });
        ConformanceReport report = context.Output.ShowsLiveProgress
            ? ProgressBar.Run(context.Output.Error, Run)
            : Run(new ProgressLines(context.Output.ErrorWriter));

        if (_json.Write(result, context.Output, report.ToJson))
            ReportView.Write(report, context.Output.Results);
        return report.Passed ? ExitCodes.Success : ExitCodes.NegativeResult;
    }
}
