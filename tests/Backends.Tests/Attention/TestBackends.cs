namespace AttentionGen.Tests.Attention;

internal static class TestBackends
{
    public static PagedAttentionBackend Create(Backend backend) => (PagedAttentionBackend)AttentionRegistry.Create(backend);
}
