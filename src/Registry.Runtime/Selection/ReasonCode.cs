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

    /// <summary>A feature that it does not have.</summary>
    Feature,
}
