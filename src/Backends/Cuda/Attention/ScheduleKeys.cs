namespace AttentionGen.Cuda.Attention;

/// <summary>The schedules that the layers of one backend need, so that a plan makes them all as it is updated.</summary>
internal sealed class ScheduleKeys
{
    private readonly Lock _lock = new();
    private ScheduleKey[] _keys = [];

    /// <summary>Those known so far.</summary>
    public ScheduleKey[] All
    {
        get
        {
            lock (_lock)
                return _keys;
        }
    }

    public void Add(ScheduleKey key)
    {
        lock (_lock)
        {
            if (!_keys.Contains(key))
                _keys = [.. _keys, key];
        }
    }
}
