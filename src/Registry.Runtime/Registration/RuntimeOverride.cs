namespace AttentionGen;

/// <summary>One run-time override: a factory, and the one instance of it that is shared.</summary>
/// <param name="name">The name that is overridden.</param>
/// <param name="descriptor">What the class that is overridden declares, or null where nothing is.</param>
/// <param name="factory">Makes the instances.</param>
internal sealed class RuntimeOverride(string name, BackendDescriptor? descriptor, Func<IAttentionBackend> factory)
{
    private readonly SharedBackend _shared = new();

    public IAttentionBackend Create()
    {
        IAttentionBackend backend = factory() ?? throw new InvalidOperationException(
            $"The factory that overrides {name} returned null. It must return a new backend at each call.");
        if (descriptor is not null)
            backend.Attach(descriptor);

        return backend;
    }

    public IAttentionBackend GetShared() => _shared.TryGet() ?? _shared.GetOrCreate(Create);
}
