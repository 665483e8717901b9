using AttentionGen.Hosting;

namespace AttentionGen.Tests.Documentation;

public sealed class Model(IAttentionSelector attention)
{
    public PagedAttentionBackend CreateBackend(AttentionRequest layer) => attention.Select(layer).Create<PagedAttentionBackend>();
}
