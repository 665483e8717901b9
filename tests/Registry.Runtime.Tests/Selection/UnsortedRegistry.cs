using System.Collections.Immutable;

namespace AttentionGen.Tests;

/// <summary>A registry that keeps its backends in the order in which they are given.</summary>
internal sealed class UnsortedRegistry(ImmutableArray<BackendDescriptor> backends) : AttentionBackendRegistry(
    [.. InTreeNames.All, .. backends.Select(static backend => backend.Name).Except(InTreeNames.All).Order(StringComparer.Ordinal)], backends)
{
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

    protected override IAttentionBackend? CreateRegistered(int index) => new NamedBackend(Names[index]);
}
