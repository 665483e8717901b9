namespace AttentionGen.Libtorch;

/// <summary>What the NVIDIA driver says of this machine.</summary>
/// <param name="HasDriver">Whether the driver is there and starts.</param>
/// <param name="DeviceCount">How many devices this process may use.</param>
/// <param name="Reason">Why there is no driver or no device; empty when there is one.</param>
internal readonly record struct CudaDriverStatus(bool HasDriver, int DeviceCount, string Reason);
