namespace AttentionGen;

/// <summary>How far a backend is known to be usable on a device.</summary>
public enum AvailabilityState
{
    /// <summary>Its class is registered and declares the device; nothing was tried.</summary>
    Declared,

    /// <summary>The libraries, the driver and the device that it needs are there.</summary>
    Loadable,

    /// <summary>A small case ran on the device and its numbers were right.</summary>
    Probed,
}
