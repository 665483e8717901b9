using AttentionGen.Cpu;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cpu;

/// <summary>Kernels take rows in groups, for each number of rows other ones: a row has the same bits in all of them.</summary>
public sealed class RowCountTests
{
    private const int Keys = 701, PageSize = 16, MostRows = 33;

    public static TheoryData<ElementType, ElementType, int> Types => new()
    {
        { ElementType.Float32, ElementType.Float32, 64 },
        { ElementType.Float32, ElementType.Float32, 40 },
        { ElementType.BFloat16, ElementType.BFloat16, 64 },
        { ElementType.BFloat16, ElementType.BFloat16, 24 },
        { ElementType.Float16, ElementType.Float16, 64 },
        { ElementType.Float32, ElementType.Float8E4M3, 64 },
        { ElementType.BFloat16, ElementType.Float8E4M3, 8 },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void ARowHasTheBitsThatItHasAlone(ElementType type, ElementType cacheType, int headSize)
    {
        int threads = get_num_threads();
        set_num_threads(1);
        try
        {
            foreach (SimdWidth width in KernelSelection.SupportedWidths)
            {
                float[][] alone = [.. Enumerable.Range(0, MostRows).Select(row => Run(width, type, cacheType, headSize, row, 1)[0])];
                foreach (int rows in Enumerable.Range(2, 15).Append(MostRows))
                {
                    float[][] together = Run(width, type, cacheType, headSize, 0, rows);
                    for (int row = 0; row < rows; row++)
                    {
                        Assert.DoesNotContain(float.NaN, together[row]);
                        Assert.True(alone[row].AsSpan().SequenceEqual(together[row]), $"{width}, {rows} rows: row {row} has other bits than alone.");
                    }
                }
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    /// <summary>The outputs of rows that share one KV head.</summary>
    private static float[][] Run(SimdWidth width, ElementType type, ElementType cacheType, int headSize, int firstRow, int rows)
    {
        using var scope = NewDisposeScope();
        using CpuEngineBackend backend = new(width: width);
        KeyValueCacheOptions cacheOptions = new()
        {
            Device = AttentionDevice.Cpu, ElementType = cacheType, Layers = 1, Pages = (Keys + PageSize - 1) / PageSize, PageSize = PageSize, KeyValueHeads = 1, HeadSize = headSize,
        };
        using PagedKeyValueCache cache = backend.CreateCache(cacheOptions);
        using AttentionPlan plan = backend.CreatePlan(new AttentionPlanOptions { Cache = cacheOptions, QueryHeads = rows });
        using AttentionLayer layer = backend.CreateLayer(new AttentionLayerOptions
        {
            Device = AttentionDevice.Cpu, ElementType = type, CacheElementType = cacheType, QueryHeads = rows, KeyValueHeads = 1, HeadSize = headSize,
        });
        AttentionBatchBuilder builder = new(PageSize);
        int[] pages = [.. Enumerable.Range(0, cacheOptions.Pages)];

        // The cache is filled by a prefill, whose outputs are not looked at.
        Tensor keys = Numbers(1, Keys, headSize, type), values = Numbers(2, Keys, headSize, type);
        Tensor queries = Numbers(3, MostRows, headSize, type).narrow(0, firstRow, rows).view(1, rows, headSize);
        builder.Add(0, Keys - 1, pages);
        plan.Update(builder.Build());
        Tensor prompt = zeros(Keys - 1, rows, headSize, dtype: type.ToScalarType());
        layer.Forward(prompt, keys.narrow(0, 0, Keys - 1).unsqueeze(1), values.narrow(0, 0, Keys - 1).unsqueeze(1), cache[0], plan, empty_like(prompt));

        builder = new(PageSize);
        builder.Add(Keys - 1, 1, pages);
        plan.Update(builder.Build());
        Tensor output = full_like(queries, float.NaN);
        layer.Forward(queries, keys.narrow(0, Keys - 1, 1).unsqueeze(1), values.narrow(0, Keys - 1, 1).unsqueeze(1), cache[0], plan, output);
        Tensor widened = output.view(rows, headSize).to(ScalarType.Float32);
        return [.. Enumerable.Range(0, rows).Select(row => widened[row].contiguous().data<float>().ToArray())];
    }

    private static Tensor Numbers(int seed, int count, int headSize, ElementType type)
    {
        Random random = new(seed);
        float[] numbers = new float[count * headSize];
        foreach (ref float number in numbers.AsSpan())
            number = (random.NextSingle() * 4) - 2;
        return tensor(numbers).view(count, headSize).to(type.ToScalarType());
    }
}
