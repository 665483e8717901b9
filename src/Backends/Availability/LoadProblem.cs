using AttentionGen.Libtorch;

namespace AttentionGen;

/// <summary>Whether libtorch and a device are there, as a reason.</summary>
internal static class LoadProblem
{
    /// <summary>What is missing; null where nothing is.</summary>
    public static SelectionReason? Find(AttentionDevice device)
    {
        if (device.Kind is not (DeviceKind.Cpu or DeviceKind.Cuda))
            return NotLoadable(device, "a device that libtorch's builds for .NET run on, cpu or cuda", "use one of them or another backend");
        if (device.Kind == DeviceKind.Cpu && device.Index != 0)
            return NotLoadable(device, "cpu, of which there is one", "use it without an index");

        try
        {
            LibtorchRuntime.Load(new LibtorchOptions { Device = device.Kind });
            AttentionDevice found = LibtorchRuntime.Describe(device);
            return device.ComputeCapability == 0 || device.ComputeCapability == found.ComputeCapability
                ? null
                : NotLoadable(device, $"the device as it is, {found}", "describe it by LibtorchRuntime.Describe, or use another device");
        }
        catch (LibtorchLoadException error)
        {
            return NotLoadable(device, $"a machine on which libtorch loads for {Name(device)}", OneLine(error.Message));
        }
    }

    public static SelectionReason NotLoadable(AttentionDevice device, string needed, string remedy) =>
        new(ReasonCode.NotLoadable, $"{device} of this machine", needed, remedy);

    private static string Name(AttentionDevice device) => device.Kind == DeviceKind.Cpu ? "cpu" : $"cuda:{device.Index}";

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
