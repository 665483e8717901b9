namespace AttentionGen.Tests;

/// <summary>A backend that knows what it was made for.</summary>
internal sealed class NamedBackend(string name) : IAttentionBackend
{
    public string Name => name;

    /// <summary>What the registry attached.</summary>
    public BackendDescriptor? Attached { get; private set; }

    void IAttentionBackend.Attach(BackendDescriptor descriptor) => Attached = descriptor;
}
