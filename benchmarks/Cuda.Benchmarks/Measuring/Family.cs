namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>What kind of contender one is; ours are compared with the best of another family.</summary>
internal enum Family
{
    /// <summary>Our own engine.</summary>
    Ours,

    /// <summary>Copies on the device.</summary>
    Copy,

    /// <summary>Any of libtorch's attention kernels over dense tensors.</summary>
    Dense,

    /// <summary>cuDNN's attention.</summary>
    Cudnn,

    /// <summary>libtorch's FlashAttention over requests laid end to end.</summary>
    VarlenFlash,

    /// <summary>Our own engine over a cache of 16-bit elements.</summary>
    BFloat16Cache,

    /// <summary>Our own engine, called once for decodes and once for prefills.</summary>
    SeparateCalls,

    /// <summary>A part of the work, timed for information.</summary>
    Part,
}
