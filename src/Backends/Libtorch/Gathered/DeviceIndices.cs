using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>Index tensors on a device.</summary>
internal static class DeviceIndices
{
    /// <summary>An int64 tensor of the given indices: [indices].</summary>
    public static Tensor Create(long[] indices, AttentionDevice device) => Move(tensor(indices), device);

    /// <summary>An int32 tensor of the given indices: [indices].</summary>
    public static Tensor Create(int[] indices, AttentionDevice device) => Move(tensor(indices), device);

    private static Tensor Move(Tensor host, AttentionDevice device)
    {
        if (device.Kind == DeviceKind.Cpu)
            return host;
        using (host)
            return host.to(device.ToTorch());
    }
}
