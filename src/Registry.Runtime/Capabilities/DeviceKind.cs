namespace AttentionGen;

/// <summary>The kinds of device that a backend can run on.</summary>
public enum DeviceKind
{
    /// <summary>The host's processor.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,

    /// <summary>An AMD GPU.</summary>
    Rocm,

    /// <summary>An Intel GPU.</summary>
    Xpu,

    /// <summary>A Google TPU.</summary>
    Tpu,
}
