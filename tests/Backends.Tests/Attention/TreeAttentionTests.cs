using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Attention;

/// <summary>
/// The trees of vLLM's test of tree attention, which checks each row against causal attention over its branch by another
/// backend.
/// </summary>
public sealed class TreeAttentionTests
{
    private static readonly ulong[] s_chain = [0b1, 0b11, 0b111, 0b1111];

    // Two children of the root, with two children each.
    private static readonly ulong[] s_tree = [0b1, 0b11, 0b101, 0b1011, 0b10011, 0b100101, 0b1000101];

    [Theory]
    [InlineData(true, 16, 2)]
    [InlineData(false, 16, 2)]
    [InlineData(true, 300, 4)]
    [InlineData(false, 300, 4)]
    public void Each_row_is_causal_attention_over_its_branch(bool isChain, int context, int queryHeads)
    {
        using var scope = NewDisposeScope();
        ulong[] ancestors = isChain ? s_chain : s_tree;
        int tokens = ancestors.Length, pageSize = 32, pages = ((context + tokens) / pageSize) + 2;
        KeyValueCacheOptions cacheOptions = new()
        {
            Device = TestDevice.Current, ElementType = ElementType.BFloat16, Layers = 1, Pages = pages, PageSize = pageSize, KeyValueHeads = 2, HeadSize = 128,
        };
        int[] order = [.. Enumerable.Range(0, pages).Reverse()];
        Tensor query = Random(1, tokens, queryHeads), keys = Random(2, context + tokens, 2), values = Random(3, context + tokens, 2);

        using Runner tree = new(Backend.TreeAttn, cacheOptions, queryHeads, isTree: true);
        tree.Prefill(keys.narrow(0, 0, context), values.narrow(0, 0, context), order);
        tree.Builder.AddTree(context, ancestors, order);
        Tensor output = tree.Forward(query, keys.narrow(0, context, tokens), values.narrow(0, context, tokens));

        for (int row = 0; row < tokens; row++)
        {
            using var rowScope = NewDisposeScope();
            Tensor branch = tensor([.. Enumerable.Range(0, tokens).Where(token => (ancestors[row] & (1UL << token)) != 0).Select(static token => (long)token)])
                .to(TestDevice.Current.ToTorch());
            using Runner causal = new(Backend.FlashAttn, cacheOptions, queryHeads, isTree: false);
            causal.Prefill(keys.narrow(0, 0, context), values.narrow(0, 0, context), order);
            causal.Builder.Add(context, (int)branch.numel(), order);
            Tensor expected = causal.Forward(
                query.index_select(0, branch), keys.narrow(0, context, tokens).index_select(0, branch), values.narrow(0, context, tokens).index_select(0, branch));
            Tensor difference = output[row].to(ScalarType.Float32).sub(expected[branch.numel() - 1].to(ScalarType.Float32)).abs().max();
            Assert.True(difference.cpu().item<float>() <= 7.81e-3f, $"row {row}: off by {difference.cpu().item<float>()}");
        }
    }

    private static Tensor Random(int seed, int tokens, int heads)
    {
        Random random = new(seed);
        float[] numbers = [.. Enumerable.Range(0, tokens * heads * 128).Select(_ => (random.NextSingle() * 2) - 1)];
        return tensor(numbers).view(tokens, heads, 128).to(ScalarType.BFloat16).to(TestDevice.Current.ToTorch());
    }

    private sealed class Runner : IDisposable
    {
        private readonly PagedAttentionBackend _backend;
        private readonly PagedKeyValueCache _cache;
        private readonly AttentionPlan _plan;
        private readonly AttentionLayer _layer;

        public Runner(Backend backend, KeyValueCacheOptions options, int queryHeads, bool isTree)
        {
            _backend = TestBackends.Create(backend);
            _cache = _backend.CreateCache(options);
            _plan = _backend.CreatePlan(new AttentionPlanOptions { Cache = options, QueryHeads = queryHeads });
            _layer = _backend.CreateLayer(new AttentionLayerOptions
            {
                Device = options.Device, ElementType = options.ElementType, QueryHeads = queryHeads, KeyValueHeads = 2, HeadSize = 128, TreeMask = isTree,
            });
            Builder = new AttentionBatchBuilder(options.PageSize);
        }

        public AttentionBatchBuilder Builder { get; }

        public void Prefill(Tensor keys, Tensor values, int[] pages)
        {
            Builder.Add(0, (int)keys.size(0), pages);
            Forward(keys.repeat(1, _layer.Options.QueryHeads / 2, 1), keys, values);
            Builder.Clear();
        }

        public Tensor Forward(Tensor query, Tensor keys, Tensor values)
        {
            _plan.Update(Builder.Build());
            Tensor output = empty_like(query);
            _layer.Forward(query, keys, values, _cache[0], _plan, output);
            return output;
        }

        public void Dispose()
        {
            _layer.Dispose();
            _plan.Dispose();
            _cache.Dispose();
            _backend.Dispose();
        }
    }
}
