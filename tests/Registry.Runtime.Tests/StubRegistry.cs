namespace AttentionGen.Tests;

/// <summary>A registry written by hand: the in-tree names, then those of the given descriptors.</summary>
internal sealed class StubRegistry(params BackendDescriptor[] backends) : AttentionBackendRegistry(
    [.. InTreeNames.All, .. backends.Select(static backend => backend.Name).Except(InTreeNames.All).Order(StringComparer.Ordinal)],
    [.. backends.OrderBy(static backend => backend.Name, StringComparer.Ordinal)])
{
    private int _created;

    /// <summary>How many instances of registered classes were made.</summary>
    public int Created => _created;

    /// <summary>What making an instance does, where it shall fail.</summary>
    public Action OnCreate { get; set; } = static () => { };

    public override int IndexOf(ReadOnlySpan<char> name)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }

    protected override BackendDescriptor? Describe(int index) => Backends.FirstOrDefault(backend => backend.Name == Names[index]);

    protected override IAttentionBackend? CreateRegistered(int index)
    {
        if (Describe(index) is not { } backend)
            return null;

        OnCreate();
        Interlocked.Increment(ref _created);
        return new NamedBackend(backend.Name);
    }
}
