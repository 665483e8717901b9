namespace AttentionGen;

/// <summary>
/// One instance, made by the first call that needs it. Unlike <see cref="Lazy{T}"/> it keeps no failure: a backend whose
/// device was not ready is tried again.
/// </summary>
internal sealed class SharedBackend
{
    private readonly Lock _making = new();
    private IAttentionBackend? _instance;

    /// <summary>The instance, or null where nobody needed it yet. Lets callers make no delegate once there is one.</summary>
    public IAttentionBackend? TryGet() => Volatile.Read(ref _instance);

    public IAttentionBackend GetOrCreate(Func<IAttentionBackend> create)
    {
        lock (_making)
        {
            if (_instance is null)
                Volatile.Write(ref _instance, create());

            return _instance!;
        }
    }
}
