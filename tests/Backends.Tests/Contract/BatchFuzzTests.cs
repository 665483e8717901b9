using AttentionGen.Tests.Attention;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Contract;

/// <summary>
/// Batches with random mistakes: each is refused with our message or served, and none ends the process.
/// </summary>
public sealed class BatchFuzzTests
{
    private const int Batches = 3000, PageSize = 4, Pages = 8, QueryHeads = 4, KeyValueHeads = 2, HeadSize = 8, MostTokens = 512;

    public static TheoryData<string> Backends() =>
        [.. AttentionRegistry.Instance.Backends.Where(static backend => backend.SupportFor(TestDevice.Current.Kind) is { Form: AttentionForm.MultiHead }).Select(static backend => backend.Name)];

    [Theory]
    [MemberData(nameof(Backends))]
    public void ABatchIsServedOrRefused(string name)
    {
        Random random = new(11);
        using var backend = (PagedAttentionBackend)AttentionRegistry.Create(name);
        BackendSupport support = backend.Descriptor.SupportFor(TestDevice.Current.Kind)!;
        ElementType type = support.ElementTypes.HasFlag(ElementTypes.Float32) ? ElementType.Float32 : ElementType.Float16;
        KeyValueCacheOptions cacheOptions = new()
        {
            Device = TestDevice.Current, ElementType = type, Layers = 1, Pages = Pages, PageSize = PageSize, KeyValueHeads = KeyValueHeads, HeadSize = HeadSize,
        };
        AttentionLayerOptions layerOptions = new()
        {
            Device = TestDevice.Current, ElementType = type, QueryHeads = QueryHeads, KeyValueHeads = KeyValueHeads, HeadSize = HeadSize,
            NonCausal = support.Features.HasFlag(AttentionFeatures.NonCausal),
            TreeMask = support.Features.HasFlag(AttentionFeatures.TreeMask),
            Cascade = support.Features.HasFlag(AttentionFeatures.Cascade),
        };
        if (!backend.Descriptor.ReasonsAgainst(layerOptions.ToRequest(PageSize)).IsEmpty)
            Assert.Skip($"{name} does not serve heads of {HeadSize} and pages of {PageSize} on {TestDevice.Current}.");

        using PagedKeyValueCache cache = backend.CreateCache(cacheOptions);
        using AttentionPlan plan = backend.CreatePlan(new AttentionPlanOptions { Cache = cacheOptions, QueryHeads = QueryHeads });
        using AttentionLayer layer = backend.CreateLayer(layerOptions);
        int served = 0, refused = 0;
        for (int i = 0; i < Batches; i++)
        {
            AttentionBatch batch = Spoil(Valid(random), random);
            try
            {
                plan.Update(batch);
                if (plan.TokenCount > MostTokens || plan.NewKeyCount > MostTokens)
                    continue;
                Forward(layer, plan, plan.KeysInCache ? cache[0] : null, type);
                served++;
            }
            catch (Exception error) when (error.GetType() == typeof(ArgumentException) || error is AttentionNotSupportedException)
            {
                refused++;
            }
        }

        // A spoilt batch is mostly wrong; one in four is left whole.
        Assert.InRange(served, Batches / 8, Batches);
        Assert.InRange(refused, Batches / 8, Batches);
    }

    private static AttentionBatch Valid(Random random)
    {
        int[] pages = [.. Enumerable.Range(0, Pages)];
        random.Shuffle(pages);
        AttentionBatchBuilder builder = new(PageSize);
        int used = 0;
        for (int request = random.Next(0, 4); request > 0; request--)
        {
            int computed = random.Next(0, 6), queries = random.Next(0, 4);
            int count = (computed + queries + PageSize - 1) / PageSize;
            if (used + count > Pages)
                break;
            builder.Add(computed, queries, pages.AsMemory(used, count));
            used += count;
        }

        return builder.Build(causal: true);
    }

    private static AttentionBatch Spoil(AttentionBatch batch, Random random)
    {
        for (int mistakes = random.Next(4); mistakes > 0; mistakes--)
        {
            batch = random.Next(9) switch
            {
                0 => batch with { QueryStartLoc = Change(batch.QueryStartLoc, random, Odd) },
                1 => batch with { SeqLens = Change(batch.SeqLens, random, Odd) },
                2 => batch with { BlockTable = Change(batch.BlockTable, random, Odd) },
                3 => batch with { SlotMapping = Change(batch.SlotMapping, random, static random => Odd(random)) },
                4 => batch with { MaxBlocks = Odd(random) },
                5 => batch with { Causal = !batch.Causal },
                6 => batch with { KeysInCache = !batch.KeysInCache },
                7 => batch with { TreeAncestors = Enumerable.Range(0, batch.QueryStartLoc.Length == 0 ? 1 : Math.Clamp(batch.TokenCount, 0, 80)).Select(_ => (ulong)random.NextInt64() >> random.Next(64)).ToArray() },
                _ => batch with { CommonPrefixLength = Odd(random) },
            };
        }

        return batch;
    }

    private static int Odd(Random random) => random.Next(6) switch
    {
        0 => int.MinValue,
        1 => int.MaxValue,
        2 => -1,
        3 => random.Next(int.MinValue, int.MaxValue),
        _ => random.Next(0, 2 * Pages * PageSize),
    };

    /// <summary>One entry replaced, removed or added.</summary>
    private static T[] Change<T>(ReadOnlyMemory<T> memory, Random random, Func<Random, T> odd)
    {
        List<T> entries = [.. memory.Span];
        int index = random.Next(entries.Count + 1);
        switch (random.Next(3))
        {
            case 0 when index < entries.Count:
                entries.RemoveAt(index);
                break;
            case 1 when index < entries.Count:
                entries[index] = odd(random);
                break;
            default:
                entries.Insert(index, odd(random));
                break;
        }

        return [.. entries];
    }

    private static void Forward(AttentionLayer layer, AttentionPlan plan, KeyValueCacheLayer? cache, ElementType type)
    {
        using var scope = NewDisposeScope();
        Tensor query = Ones(plan.TokenCount, QueryHeads, type), output = Ones(plan.TokenCount, QueryHeads, type);
        Tensor key = Ones(plan.NewKeyCount, KeyValueHeads, type), value = Ones(plan.NewKeyCount, KeyValueHeads, type);
        layer.Forward(query, key, value, cache, plan, output);
        Assert.False(output.isnan().any().cpu().item<bool>());
    }

    private static Tensor Ones(int rows, int heads, ElementType type) =>
        ones(rows, heads, HeadSize, dtype: type.ToScalarType(), device: TestDevice.Current.ToTorch());
}
