namespace AttentionGen.Tests;

/// <summary>A backend that wants to know what it was made as.</summary>
[AttentionBackend("APP_ATTN")]
internal sealed class OwnNameBackend : IAttentionBackend
{
    public BackendDescriptor? Attached { get; private set; }

    public void Attach(BackendDescriptor descriptor) => Attached = descriptor;
}
