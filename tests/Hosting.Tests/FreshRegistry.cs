namespace AttentionGen.Tests;

/// <summary>The registered backends in a registry that has not read the environment yet.</summary>
internal sealed class FreshRegistry() : AttentionBackendRegistry(AttentionRegistry.Instance.Names, AttentionRegistry.Instance.Backends)
{
    public override int IndexOf(ReadOnlySpan<char> name) => AttentionRegistry.Instance.IndexOf(name);

    protected override BackendDescriptor? Describe(int index) =>
        AttentionRegistry.Instance.TryGetDescriptor(Names[index], out BackendDescriptor? descriptor) ? descriptor : null;

    protected override IAttentionBackend? CreateRegistered(int index) => AttentionRegistry.Instance.Create(Names[index]);
}
