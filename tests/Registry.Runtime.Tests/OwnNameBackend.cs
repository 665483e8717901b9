namespace AttentionGen.Tests;

[AttentionBackend("APP_ATTN")]
internal sealed class OwnNameBackend : IAttentionBackend;
