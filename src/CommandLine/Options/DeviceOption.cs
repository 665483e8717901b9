using System.CommandLine;
using System.CommandLine.Completions;

namespace AttentionGen.CommandLine.Options;

/// <summary>A device: any that can be described, or one of this machine that libtorch runs on.</summary>
internal sealed class DeviceOption : Option<AttentionDevice>
{
    private DeviceOption(string description, string accepted, string[] suggestions, Func<AttentionDevice, bool> accepts)
        : base("--device", "-d")
    {
        Description = description;
        HelpName = "device";
        DefaultValueFactory = static _ => AttentionDevice.Cpu;
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (AttentionDevice.TryParse(text, null, out AttentionDevice device) && accepts(device))
                return device;
            result.AddError($"'{text}' is not a device {accepted}");
            return default;
        };
        CompletionSources.Add(_ => suggestions.Select(static text => new CompletionItem(text)));
    }

    /// <summary>A device that nobody needs to have.</summary>
    public static DeviceOption OfAny() => new(
        "The device, which this machine need not have: cpu, cuda:9.0 (a compute capability), rocm:gfx942 (an architecture), xpu, tpu.",
        "that can be described. Accepted: cpu, cuda, cuda:MAJOR.MINOR (a compute capability, for example cuda:9.0), rocm, rocm:ARCHITECTURE (for example rocm:gfx942), xpu, tpu; cuda, rocm, xpu and tpu also with an index.",
        ["cpu", "cuda:8.0", "cuda:8.9", "cuda:9.0", "cuda:10.0", "rocm:gfx942", "rocm:gfx950", "xpu", "tpu"],
        static _ => true);

    /// <summary>A device of this machine, to run on.</summary>
    public static DeviceOption OfThisMachine() => new(
        "The device to run on: cpu, cuda or cuda:INDEX.",
        "this program runs on. Accepted: cpu, cuda, cuda:INDEX.",
        ["cpu", "cuda", "cuda:0", "cuda:1"],
        static device => device is { Kind: DeviceKind.Cpu or DeviceKind.Cuda, ComputeCapability: 0 });
}
