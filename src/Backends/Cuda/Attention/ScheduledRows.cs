namespace AttentionGen.Cuda.Attention;

/// <summary>Which requests a schedule is for, by the number of their packed rows in the step.</summary>
internal enum ScheduledRows
{
    /// <summary>All requests.</summary>
    All,

    /// <summary>Those with at most <see cref="PagedKernels.DecodeRows"/> rows, where <see cref="HopperKernels"/> take the others.</summary>
    Few,

    /// <summary>Those with more, which <see cref="HopperKernels"/> take.</summary>
    Many,

    /// <summary>All requests, over pages that <see cref="HopperKernels"/> do not read.</summary>
    AllInOtherPages,
}
