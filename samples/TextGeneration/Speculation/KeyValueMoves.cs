using AttentionGen;
using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace TextGeneration.Speculation;

/// <summary>
/// Moves keys and values within a cache, so that those of an accepted branch stand one after another. All are read before
/// the first is written: one may go to where another comes from.
/// </summary>
internal sealed class KeyValueMoves
{
    private readonly List<long> _fromPages = [];
    private readonly List<long> _fromPlaces = [];
    private readonly List<long> _toPages = [];
    private readonly List<long> _toPlaces = [];

    /// <summary>Forgets the moves.</summary>
    public void Clear()
    {
        foreach (List<long> indices in (ReadOnlySpan<List<long>>)[_fromPages, _fromPlaces, _toPages, _toPlaces])
            indices.Clear();
    }

    /// <summary>Adds the move of one token's key and value.</summary>
    /// <param name="pages">The request's pages in the order of its tokens.</param>
    /// <param name="pageSize">The number of tokens of a page.</param>
    /// <param name="from">Where it is, counted in tokens of the request.</param>
    /// <param name="to">Where it goes. No two go to one place.</param>
    public void Add(ReadOnlySpan<int> pages, int pageSize, int from, int to)
    {
        if (from == to)
            return;

        _fromPages.Add(pages[from / pageSize]);
        _fromPlaces.Add(from % pageSize);
        _toPages.Add(pages[to / pageSize]);
        _toPlaces.Add(to % pageSize);
    }

    /// <summary>Moves the keys and values of all layers, on libtorch's current stream.</summary>
    public void Apply(PagedKeyValueCache cache)
    {
        if (_fromPages.Count == 0)
            return;

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor indices = tensor((long[])[.. _fromPages, .. _fromPlaces, .. _toPages, .. _toPlaces], device: cache.Options.Device.ToTorch()).view(4, -1);
        TensorIndex[] from = [TensorIndex.Tensor(indices[0]), TensorIndex.Tensor(indices[1])];
        TensorIndex[] to = [TensorIndex.Tensor(indices[2]), TensorIndex.Tensor(indices[3])];
        for (int layer = 0; layer < cache.Options.Layers; layer++)
        {
            using var layerScope = NewDisposeScope();
            Move(LibtorchTensor.Borrow(cache[layer].Keys), from, to);
            Move(LibtorchTensor.Borrow(cache[layer].Values), from, to);
        }
    }

    private static void Move(Tensor pages, TensorIndex[] from, TensorIndex[] to) => pages.index_put_(pages.index(from), to);
}
