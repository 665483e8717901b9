namespace AttentionGen.Tests;

/// <summary>A backend that knows what it was made for.</summary>
internal sealed class NamedBackend(string name) : IAttentionBackend
{
    public string Name => name;
}
