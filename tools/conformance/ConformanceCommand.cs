using System.CommandLine;
using System.CommandLine.Parsing;

namespace AttentionGen.Conformance.Tool;

/// <summary>The command line: its options, what they accept, and their defaults.</summary>
internal sealed class ConformanceCommand : RootCommand
{
    private readonly Option<AttentionDevice> _device = new("--device", "-d")
    {
        Description = "cpu, cuda or cuda:INDEX.",
        CustomParser = ParseDevice,
        DefaultValueFactory = static _ => AttentionDevice.Cpu,
    };

    private readonly Option<string[]> _backends = new("--backend", "-b")
    {
        Description = "A backend to run, by name; may be given several times. Without it all that are registered.",
    };

    private readonly Option<string?> _filter = new("--filter", "-f")
    {
        Description = "Only cases whose group/name contains this text, for example 'tree/' or 'window=1'.",
    };

    private readonly Option<bool> _full = new("--full")
    {
        Description = "Run the full battery: the batches at their published sizes and more combinations.",
    };

    private readonly Option<string?> _json = new("--json") { HelpName = "file", Description = "Write the report to this file as JSON, too." };

    public ConformanceCommand()
        : base("Holds attention backends to the conformance battery. The exit code is 1 where one fails.")
    {
        Directives.Clear();
        foreach (Option option in (Option[])[_device, _backends, _filter, _full, _json])
            Add(option);
    }

    /// <summary>The options of a command line without errors.</summary>
    public RunOptions Read(ParseResult result) => new(
        result.GetValue(_device),
        [.. result.GetValue(_backends) ?? []],
        result.GetValue(_filter),
        result.GetValue(_full) ? ConformanceThoroughness.Full : ConformanceThoroughness.Quick,
        result.GetValue(_json));

    private static AttentionDevice ParseDevice(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (AttentionDevice.TryParse(text, null, out AttentionDevice device) && device is { Kind: DeviceKind.Cpu or DeviceKind.Cuda, ComputeCapability: 0 })
            return device;

        result.AddError($"'{text}' is not a device this program runs on. Accepted: cpu, cuda, cuda:INDEX.");
        return default;
    }
}
