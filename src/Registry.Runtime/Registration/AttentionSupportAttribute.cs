namespace AttentionGen;

/// <summary>
/// Declares what a backend supports on one kind of device. The selector, <c>attn list</c>, the documentation and the
/// conformance battery all read this one declaration.
/// </summary>
/// <param name="device">The kind of device that the declaration is about.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class AttentionSupportAttribute(DeviceKind device) : Attribute
{
    /// <summary>The kind of device that the declaration is about.</summary>
    public DeviceKind Device { get; } = device;

    /// <inheritdoc cref="BackendSupport.MinComputeCapability"/>
    public int MinComputeCapability { get; set; }

    /// <inheritdoc cref="BackendSupport.MaxComputeCapability"/>
    public int MaxComputeCapability { get; set; }

    /// <inheritdoc cref="BackendSupport.Architectures"/>
    public string[] Architectures { get; set; } = [];

    /// <inheritdoc cref="BackendSupport.ElementTypes"/>
    public ElementTypes ElementTypes { get; set; }

    /// <inheritdoc cref="BackendSupport.CacheElementTypes"/>
    public ElementTypes CacheElementTypes { get; set; }

    /// <inheritdoc cref="BackendSupport.HeadSizes"/>
    public int[] HeadSizes { get; set; } = [];

    /// <inheritdoc cref="BackendSupport.MinHeadSize"/>
    public int MinHeadSize { get; set; } = 1;

    /// <inheritdoc cref="BackendSupport.MaxHeadSize"/>
    public int MaxHeadSize { get; set; } = int.MaxValue;

    /// <inheritdoc cref="BackendSupport.HeadSizeMultipleOf"/>
    public int HeadSizeMultipleOf { get; set; } = 1;

    /// <inheritdoc cref="BackendSupport.PageSizes"/>
    public int[] PageSizes { get; set; } = [];

    /// <inheritdoc cref="BackendSupport.PageSizeMultipleOf"/>
    public int PageSizeMultipleOf { get; set; } = 1;

    /// <inheritdoc cref="BackendSupport.QueryHeads"/>
    public int[] QueryHeads { get; set; } = [];

    /// <inheritdoc cref="BackendSupport.MaxQueryHeads"/>
    public int MaxQueryHeads { get; set; } = int.MaxValue;

    /// <inheritdoc cref="BackendSupport.GroupSizes"/>
    public int[] GroupSizes { get; set; } = [];

    /// <inheritdoc cref="BackendSupport.Types"/>
    public AttentionTypes Types { get; set; } = AttentionTypes.Decoder;

    /// <inheritdoc cref="BackendSupport.Form"/>
    public AttentionForm Form { get; set; } = AttentionForm.MultiHead;

    /// <inheritdoc cref="BackendSupport.Features"/>
    public AttentionFeatures Features { get; set; }

    /// <inheritdoc cref="BackendSupport.GraphCapture"/>
    public GraphCaptureLevel GraphCapture { get; set; }
}
