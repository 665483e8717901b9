using AttentionGen.Tests.Plain;

namespace AttentionGen.Tests.Defects;

/// <summary>Cannot be made.</summary>
[AttentionBackend("BROKEN_THROWS_IN_CONSTRUCTOR")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types)]
internal sealed class ThrowsInConstructorBackend : PlainAttentionBackend
{
    public ThrowsInConstructorBackend() => throw new InvalidOperationException("There is no such thing.");
}
