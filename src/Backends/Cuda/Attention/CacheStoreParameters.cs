namespace AttentionGen.Cuda.Attention;

/// <summary>The parameter of <c>store_in_cache</c>: <c>CacheStoreParameters</c> of Parameters.cuh.</summary>
internal struct CacheStoreParameters
{
    public nint NewKeys;
    public nint NewValues;
    public nint Keys;
    public nint Values;
    public nint SlotMapping;
    public long NewKeyTokenStride;
    public long NewKeyHeadStride;
    public long NewValueTokenStride;
    public long NewValueHeadStride;
    public long KeyPageStride;
    public long KeyTokenStride;
    public long KeyHeadStride;
    public long ValuePageStride;
    public long ValueTokenStride;
    public long ValueHeadStride;
    public int Tokens;
    public int Heads;
    public int PageSize;
    public float KeyScale;
    public float ValueScale;
    public int IsAligned;
    public long Reserved;
}
