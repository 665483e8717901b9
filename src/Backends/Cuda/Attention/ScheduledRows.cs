namespace AttentionGen.Cuda.Attention;

/// <summary>Which requests a schedule is for, by the number of their packed rows in the step.</summary>
internal enum ScheduledRows
{
    /// <summary>All requests.</summary>
    All,

    /// <summary>Those with at most <see cref="PagedKernels.DecodeRows"/> rows.</summary>
    Few,

    /// <summary>Those with more.</summary>
    Many,
}
