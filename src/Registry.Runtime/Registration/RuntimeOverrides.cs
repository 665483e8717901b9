namespace AttentionGen;

/// <summary>The run-time overrides of one registry, a slot for each name. Lock-free: a slot is one reference.</summary>
internal sealed class RuntimeOverrides(int names)
{
    private readonly RuntimeOverride?[] _slots = new RuntimeOverride?[names];

    public RuntimeOverride? Find(int index) => Volatile.Read(ref _slots[index]);

    /// <param name="index">The slot.</param>
    /// <param name="value">What takes it.</param>
    /// <param name="taken">How many slots are taken, or a moment before and after are.</param>
    public void Set(int index, RuntimeOverride value, ref int taken)
    {
        // Counted before it can be seen, and taken off after it cannot: the count is never 0 while a slot is taken.
        Interlocked.Increment(ref taken);
        if (Interlocked.Exchange(ref _slots[index], value) is not null)
            Interlocked.Decrement(ref taken);
    }

    /// <param name="index">The slot.</param>
    /// <param name="taken">As in <see cref="Set"/>.</param>
    public bool Clear(int index, ref int taken)
    {
        if (Interlocked.Exchange(ref _slots[index], null) is null)
            return false;

        Interlocked.Decrement(ref taken);
        return true;
    }
}
