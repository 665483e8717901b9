using TorchSharp;

namespace AttentionGen.Libtorch;

/// <summary>
/// Runs TorchSharp's own start, which asks the runtime for torch_cpu and LibTorchSharp by name. With both loaded it finds
/// them, and does not come to the point of copying half a gigabyte.
/// </summary>
internal static class TorchSharpInitialisation
{
    public static void Complete() => torch.TryInitializeDeviceType(DeviceType.CPU);
}
