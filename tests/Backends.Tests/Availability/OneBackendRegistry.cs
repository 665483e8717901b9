namespace AttentionGen.Tests.Availability;

/// <summary>A registry with TORCH_SDPA's declaration and instances from a factory.</summary>
internal sealed class OneBackendRegistry(Func<IAttentionBackend> create) : AttentionBackendRegistry(AttentionRegistry.Instance.Names, [Descriptor()])
{
    private readonly BackendDescriptor _descriptor = Descriptor();

    public override int IndexOf(ReadOnlySpan<char> name) => AttentionRegistry.Instance.IndexOf(name);

    protected override BackendDescriptor? Describe(int index) => Names[index] == _descriptor.Name ? Backends[0] : null;

    protected override IAttentionBackend? CreateRegistered(int index)
    {
        IAttentionBackend backend = create();
        backend.Attach(Backends[0]);
        return backend;
    }

    // A copy: what probes found is kept by descriptor.
    private static BackendDescriptor Descriptor() => AttentionRegistry.Backends.Single(static backend => backend.Name == "TORCH_SDPA") with { };
}
