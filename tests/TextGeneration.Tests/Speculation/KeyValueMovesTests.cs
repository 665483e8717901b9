using AttentionGen;
using AttentionGen.Libtorch;
using TextGeneration.Speculation;
using TextGeneration.Tests.Fixtures;
using static TorchSharp.torch;

namespace TextGeneration.Tests.Speculation;

[Collection(TinyTasks.Collection)]
public sealed class KeyValueMovesTests
{
    private const int PageSize = 4;
    private static readonly int[] s_pages = [5, 0, 3];

    public static TheoryData<KeyValueCacheLayout> Layouts { get; } =
        [KeyValueCacheLayout.SplitNhd, KeyValueCacheLayout.PagedNhd, KeyValueCacheLayout.PagedHnd];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Moves_overlap_without_harm(KeyValueCacheLayout layout) => AssertMoved(layout, (2, 1), (4, 2), (5, 3), (9, 4), (3, 5), (1, 11));

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Moves_exchange_places(KeyValueCacheLayout layout) => AssertMoved(layout, (0, 7), (7, 0));

    [Fact]
    public void A_move_to_its_own_place_does_nothing() => AssertMoved(KeyValueCacheLayout.SplitNhd, (3, 3));

    [Fact]
    public void No_moves() => AssertMoved(KeyValueCacheLayout.SplitNhd);

    [Fact]
    public void Moves_are_forgotten()
    {
        KeyValueMoves moves = new();
        moves.Add(s_pages, PageSize, 1, 2);
        moves.Clear();
        using PagedKeyValueCache cache = CreateCache(KeyValueCacheLayout.SplitNhd);
        float[][] before = Contents(cache);
        moves.Apply(cache);
        Assert.Equal(before, Contents(cache));
    }

    private static void AssertMoved(KeyValueCacheLayout layout, params (int From, int To)[] places)
    {
        using PagedKeyValueCache cache = CreateCache(layout);
        float[][] before = Contents(cache);
        KeyValueMoves moves = new();
        foreach ((int from, int to) in places)
            moves.Add(s_pages, PageSize, from, to);
        moves.Apply(cache);

        // Row by row: a row is what one slot holds of one layer's keys or values.
        float[][] after = Contents(cache);
        float[][] expected = [.. before];
        int slots = cache.Options.Pages * PageSize;
        for (int part = 0; part < before.Length / slots; part++)
        {
            foreach ((int from, int to) in places)
                expected[(part * slots) + Slot(to)] = before[(part * slots) + Slot(from)];
        }

        Assert.Equal(expected, after);

        static int Slot(int place) => (s_pages[place / PageSize] * PageSize) + (place % PageSize);
    }

    /// <summary>A cache in which every number is another.</summary>
    private static PagedKeyValueCache CreateCache(KeyValueCacheLayout layout)
    {
        AttentionDevice device = TestDevice.Describe();
        using DefinitionBackend backend = (DefinitionBackend)AttentionRegistry.Create("TREE_DEFINITION");
        backend.Layout = layout;
        PagedKeyValueCache cache = backend.CreateCache(new KeyValueCacheOptions
        {
            Device = device, ElementType = ElementType.Float32, Layers = 2, Pages = 6, PageSize = PageSize, KeyValueHeads = 2, HeadSize = 3,
        });
        using var scope = NewDisposeScope();
        foreach ((Tensor part, int index) in Parts(cache).Select(static (part, index) => (part, index)))
            part.copy_(arange(part.numel(), dtype: ScalarType.Float32, device: device.ToTorch()).view(part.shape).add(1000 * index));
        return cache;
    }

    private static float[][] Contents(PagedKeyValueCache cache)
    {
        using var scope = NewDisposeScope();
        return [.. Parts(cache).SelectMany(static part => part.cpu().contiguous().data<float>().ToArray().Chunk(6))];
    }

    private static IEnumerable<Tensor> Parts(PagedKeyValueCache cache) => Enumerable.Range(0, cache.Options.Layers)
        .SelectMany(layer => (Tensor[])[LibtorchTensor.Borrow(cache[layer].Keys), LibtorchTensor.Borrow(cache[layer].Values)]);
}
