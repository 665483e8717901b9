namespace AttentionGen.Tests.Examples;

internal sealed class TestAttention : IAttentionBackend;
