using System.Globalization;

namespace AttentionGen.Cuda;

/// <summary>An architecture that kernels are compiled for.</summary>
/// <param name="ComputeCapability">Ten times the major number plus the minor; 90 is 9.0.</param>
internal readonly record struct CudaArchitecture(int ComputeCapability)
{
    /// <summary>Ampere's data centre chip, the oldest that kernels are written for.</summary>
    public const int Ampere = 80;

    /// <summary>Hopper, whose warpgroup instructions only its own variant of the architecture has.</summary>
    public const int Hopper = 90;

    /// <summary>NVRTC's name, such as <c>sm_80</c>; with an <c>a</c> from 9.0 on: code with all instructions of that one chip.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"sm_{ComputeCapability}{(ComputeCapability >= Hopper ? "a" : "")}");

    /// <summary>The architecture of a device.</summary>
    /// <exception cref="CudaUnavailableException">The device is older than Ampere.</exception>
    public static CudaArchitecture Of(int computeCapability) => computeCapability >= Ampere
        ? new CudaArchitecture(computeCapability)
        : throw new CudaUnavailableException(string.Create(CultureInfo.InvariantCulture,
            $"The device has compute capability {computeCapability / 10}.{computeCapability % 10}. The kernels need 8.0 or newer: use a backend on libtorch's operators, such as TORCH_SDPA."));

    /// <summary>The name, for messages.</summary>
    public override string ToString() => Name;
}
