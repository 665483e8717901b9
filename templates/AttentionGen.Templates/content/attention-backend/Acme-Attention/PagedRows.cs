using AttentionGen;

namespace Acme.Attention;

/// <summary>The rows of a float32 cache [pages, page size, heads, head size] in host memory.</summary>
internal readonly unsafe struct PagedRows(TensorView cache)
{
    private readonly float* _data = (float*)cache.Data;
    private readonly long _pageStride = cache.Stride(0);
    private readonly long _placeStride = cache.Stride(1);
    private readonly long _headStride = cache.Stride(2);
    private readonly int _headSize = (int)cache.Size(3);

    public long PageSize { get; } = cache.Size(1);

    public int Heads { get; } = (int)cache.Size(2);

    public Span<float> this[long page, long place, int head] =>
        new(_data + (page * _pageStride) + (place * _placeStride) + (head * _headStride), _headSize);
}
