namespace AttentionGen;

/// <summary>One run-time override: a factory, and the one instance of it that is shared.</summary>
/// <param name="name">The name that is overridden.</param>
/// <param name="descriptor">What the class that is overridden declares, or null where nothing is.</param>
/// <param name="factory">Makes the instances.</param>
/// <param name="declaredType">The type that the factory is declared to return.</param>
internal sealed class RuntimeOverride(string name, BackendDescriptor? descriptor, Func<IAttentionBackend> factory, Type declaredType)
{
    private readonly SharedBackend _shared = new();
    private Type? _type = declaredType.IsInterface || declaredType.IsAbstract ? null : declaredType;

    /// <summary>The class of the instances: of the latest one, before the first the declared one; null where that is no class.</summary>
    public Type? BackendType => Volatile.Read(ref _type);

    public IAttentionBackend Create()
    {
        IAttentionBackend backend = factory() ?? throw new InvalidOperationException(
            $"The factory that overrides {name} returned null. It must return a new backend at each call.");
        Volatile.Write(ref _type, backend.GetType());
        if (descriptor is not null)
            backend.Attach(descriptor);

        return backend;
    }

    public IAttentionBackend GetShared() => _shared.TryGet() ?? _shared.GetOrCreate(Create);
}
