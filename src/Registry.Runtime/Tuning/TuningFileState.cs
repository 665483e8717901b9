namespace AttentionGen;

/// <summary>Whether a file of a measured ranking can be used, and if not, why.</summary>
public enum TuningFileState
{
    /// <summary>It was measured on this device, with these versions.</summary>
    Usable,

    /// <summary>There is none.</summary>
    Absent,

    /// <summary>It cannot be read, or what it holds is no measured ranking.</summary>
    Damaged,

    /// <summary>It has a form that this version of AttentionGen does not read.</summary>
    OtherFormat,

    /// <summary>It was measured on another device.</summary>
    OtherDevice,

    /// <summary>It was measured with another version of AttentionGen, libtorch or the driver.</summary>
    OtherVersion,
}
