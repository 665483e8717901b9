namespace AttentionGen.Conformance.Execution;

/// <summary>A backend, what the registry says that its class declares, and the device.</summary>
/// <param name="backend">The instance.</param>
/// <param name="descriptor">The registry's descriptor.</param>
/// <param name="support">What it says of the kind of device; null: the backend does not run there.</param>
/// <param name="device">The device.</param>
internal sealed class BackendUnderTest(PagedAttentionBackend backend, BackendDescriptor descriptor, BackendSupport? support, AttentionDevice device)
    : IDisposable
{
    public PagedAttentionBackend Backend { get; } = backend;

    /// <summary>The registry's descriptor: what is asked of the instance is judged by the declaration, not by the instance.</summary>
    public BackendDescriptor Descriptor { get; } = descriptor;

    /// <summary>What is declared for the device; nothing where the backend does not run there.</summary>
    public BackendSupport Support { get; } = support ?? new BackendSupport { Device = device.Kind };

    public AttentionDevice Device { get; } = device;

    public string Name => Descriptor.Name;

    /// <summary>Whether the declaration has nothing against the device itself.</summary>
    public bool RunsHere { get; } = support is not null && !descriptor
        .ReasonsAgainst(new AttentionRequest { Device = device, ElementType = ElementType.Float32, HeadSize = 64, QueryHeads = 1, KeyValueHeads = 1 })
        .Any(static reason => reason.Code is ReasonCode.Device or ReasonCode.ComputeCapability or ReasonCode.Architecture);

    public bool Declares(AttentionFeatures features) => (Support.Features & features) == features;

    public void Dispose() => Backend.Dispose();
}
