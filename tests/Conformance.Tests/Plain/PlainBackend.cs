namespace AttentionGen.Tests.Plain;

/// <summary>The plain backend without a defect.</summary>
[AttentionBackend("PLAIN_ATTN")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class PlainBackend : PlainAttentionBackend;
