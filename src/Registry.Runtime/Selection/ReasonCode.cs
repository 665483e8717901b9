namespace AttentionGen;

/// <summary>Why a backend cannot serve a request.</summary>
public enum ReasonCode
{
    /// <summary>It does not run on this kind of device.</summary>
    Device,

    /// <summary>The device's compute capability is too low, too high or not known.</summary>
    ComputeCapability,

    /// <summary>The device's architecture is not among those it runs on.</summary>
    Architecture,

    /// <summary>The element type of queries, keys and values.</summary>
    ElementType,

    /// <summary>The element type of the KV cache.</summary>
    CacheElementType,

    /// <summary>The head size.</summary>
    HeadSize,

    /// <summary>The page size.</summary>
    PageSize,

    /// <summary>The role in the model.</summary>
    AttentionType,

    /// <summary>What a row of the cache holds.</summary>
    Form,

    /// <summary>A feature that it does not have: <see cref="SelectionReason.Feature"/>.</summary>
    Feature,

    /// <summary>The number of query heads.</summary>
    QueryHeads,

    /// <summary>The number of query heads that share a KV head.</summary>
    GroupSize,

    /// <summary>The batches whose forward pass is to be captured in CUDA graphs.</summary>
    GraphCapture,

    /// <summary>Things that it supports each by itself and not together.</summary>
    Combination,

    /// <summary>The rules do not consider it for this device unless it is named.</summary>
    NotConsidered,

    /// <summary>No class in the application serves the name.</summary>
    NotServed,

    /// <summary>The user took it out.</summary>
    Disabled,

    /// <summary>What it needs to run is not there: a library, a driver, the device.</summary>
    NotLoadable,

    /// <summary>It ran a small case on the device and failed or gave wrong numbers.</summary>
    ProbeFailed,
}
