namespace AttentionGen.Timing;

/// <summary>What became of a backend that was to be timed.</summary>
public enum TimingOutcome
{
    /// <summary>It was timed, and its result agrees with the first backend's.</summary>
    Timed,

    /// <summary>Its result differs grossly from the first backend's: it is not timed and not ranked.</summary>
    Different,

    /// <summary>It threw.</summary>
    Failed,

    /// <summary>It does not declare what the step needs.</summary>
    NotSupported,

    /// <summary>What it needs is not on this machine, or it failed its probe.</summary>
    NotAvailable,
}
