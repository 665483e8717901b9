using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>A backend was asked for something that its class does not declare.</summary>
public sealed class AttentionNotSupportedException : NotSupportedException
{
    internal AttentionNotSupportedException(string backend, ImmutableArray<SelectionReason> reasons)
        : base($"{backend} does not support this: {string.Join("; ", reasons)}.") => Reasons = reasons;

    /// <summary>Every reason.</summary>
    public ImmutableArray<SelectionReason> Reasons { get; }
}
