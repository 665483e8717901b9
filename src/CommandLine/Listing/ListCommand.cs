using System.CommandLine;
using AttentionGen.CommandLine.Execution;
using AttentionGen.CommandLine.Options;

namespace AttentionGen.CommandLine.Listing;

/// <summary><c>attn list</c>.</summary>
internal sealed class ListCommand : AttentionCommand
{
    private readonly Option<bool> _probe = new("--probe")
    {
        Description = "Load what each backend needs on the device, run a small case and check its numbers.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<bool> _anew = new("--anew")
    {
        Description = "With --probe, try again what was found earlier.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<bool> _vllm = new("--vllm")
    {
        Description = "Also what vLLM's classes of the in-tree names can do.",
        Arity = ArgumentArity.Zero,
    };

    private readonly DeviceOption _device = DeviceOption.OfThisMachine();
    private readonly JsonOption _json = new();

    public ListCommand()
        : base("list", "Lists every in-tree name and every registered backend, what serves it and what it can do. Loads nothing, unless --probe is given.")
    {
        foreach (Option option in (Option[])[_probe, _anew, _device, _vllm, _json])
            Add(option);
        Validators.Add(result =>
        {
            if (!result.GetValue(_probe) && ((Option[])[_anew, _device]).FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } alone)
                result.AddError($"{alone.Name} says how to probe, but --probe is missing. Give --probe, or leave {alone.Name} out.");
        });
    }

    public override int Execute(ParseResult result, CommandContext context)
    {
        AvailabilitySnapshot? availability = result.GetValue(_probe) ? Probe(result, context) : null;
        ListReport report = ListReport.Of(context.Registry, availability);
        if (result.GetValue(_vllm))
            report = report with { Vllm = [.. VllmBackends.All.Select(ListedVllmBackend.Of)] };
        if (_json.Write(result, context.Output, report.ToJson))
            ListView.Write(report, context.Registry, context.Output.Results);
        return report.Names.Any(static name => name.Problem is not null) ? ExitCodes.NegativeResult : ExitCodes.Success;
    }

    // What cannot be loaded is a finding about the backends, and no error.
    private AvailabilitySnapshot Probe(ParseResult result, CommandContext context) =>
        BackendProbe.Run(context.Registry, result.GetValue(_device), new BackendProbeOptions { Anew = result.GetValue(_anew) });
}
