namespace AttentionGen;

/// <summary>The run-time overrides of one registry, a slot for each name. Lock-free: a slot is one reference.</summary>
internal sealed class RuntimeOverrides(int names)
{
    private readonly Func<IAttentionBackend>?[] _slots = new Func<IAttentionBackend>?[names];

    public Func<IAttentionBackend>? Find(int index) => Volatile.Read(ref _slots[index]);

    public void Set(int index, Func<IAttentionBackend> factory) => Volatile.Write(ref _slots[index], factory);

    public bool Clear(int index) => Interlocked.Exchange(ref _slots[index], null) is not null;

    public static IAttentionBackend Invoke(Func<IAttentionBackend> factory, string name) =>
        factory() ?? throw new InvalidOperationException(
            $"The factory that overrides {name} returned null. It must return a new backend at each call.");
}
