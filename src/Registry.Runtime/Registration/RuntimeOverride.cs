namespace AttentionGen;

/// <summary>One run-time override: a factory, and the one instance of it that is shared.</summary>
internal sealed class RuntimeOverride(string name, Func<IAttentionBackend> factory)
{
    private readonly SharedBackend _shared = new();

    public IAttentionBackend Create() =>
        factory() ?? throw new InvalidOperationException(
            $"The factory that overrides {name} returned null. It must return a new backend at each call.");

    public IAttentionBackend GetShared() => _shared.TryGet() ?? _shared.GetOrCreate(Create);
}
