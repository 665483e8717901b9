namespace AttentionGen;

/// <summary>The run-time overrides of one registry, a slot for each name. Lock-free: a slot is one reference.</summary>
internal sealed class RuntimeOverrides(int names)
{
    private readonly RuntimeOverride?[] _slots = new RuntimeOverride?[names];
    private int _count;

    /// <summary>Whether any slot is taken: all that a call pays for overrides while there are none.</summary>
    public bool Any => Volatile.Read(ref _count) != 0;

    public RuntimeOverride? Find(int index) => Volatile.Read(ref _slots[index]);

    public void Set(int index, RuntimeOverride value)
    {
        // Counted before it can be seen, and taken off after it cannot: Any is never false while a slot is taken.
        Interlocked.Increment(ref _count);
        if (Interlocked.Exchange(ref _slots[index], value) is not null)
            Interlocked.Decrement(ref _count);
    }

    public bool Clear(int index)
    {
        if (Interlocked.Exchange(ref _slots[index], null) is null)
            return false;

        Interlocked.Decrement(ref _count);
        return true;
    }
}
