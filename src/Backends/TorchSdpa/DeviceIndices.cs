using static TorchSharp.torch;

namespace AttentionGen.TorchSdpa;

/// <summary>Index tensors on a device.</summary>
internal static class DeviceIndices
{
    /// <summary>An int64 tensor of the given indices: [indices].</summary>
    public static Tensor Create(long[] indices, AttentionDevice device)
    {
        Tensor host = tensor(indices);
        return device.Kind == DeviceKind.Cpu ? host : host.to(device.ToTorch());
    }
}
