using System.Runtime.CompilerServices;
using TorchSharp;

namespace AttentionGen.Libtorch;

/// <summary>
/// Runs TorchSharp's own start, and spares it its search for libtorch_cpu: it looks into the application's folder before
/// it looks at what is loaded, and would load a second libtorch from there beside the one that the user named.
/// </summary>
internal static class TorchSharpInitialisation
{
    public static void Complete()
    {
        // Its static constructor asks for LibTorchSharp by name, which is loaded by now.
        torch.TryInitializeDeviceType(DeviceType.CUDA);
        try
        {
            NativeBackendLoaded(null) = true;
        }
        catch (MissingFieldException)
        {
            // Another TorchSharp than the one this was built against; its own search then runs.
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "nativeBackendLoaded")]
    private static extern ref bool NativeBackendLoaded([UnsafeAccessorType("TorchSharp.torch, TorchSharp")] object? torch);
}
