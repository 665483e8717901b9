namespace AttentionGen.Cuda.Attention;

/// <summary>The parameter of <c>paged_attention</c>: <c>AttentionParameters</c> of Parameters.cuh, which says what each field is.</summary>
internal struct AttentionParameters
{
    public nint Query;
    public nint Keys;
    public nint Values;
    public nint Output;
    public nint LogSumExp;
    public nint QueryStartLoc;
    public nint SeqLens;
    public nint BlockTable;
    public nint BlockStart;
    public nint TreeAncestors;
    public nint AlibiSlopes;
    public nint Sinks;
    public nint Items;
    public nint ItemCount;
    public nint FirstItem;
    public nint Tickets;
    public nint PartialOutput;
    public nint PartialLogSumExp;
    public long QueryTokenStride;
    public long QueryHeadStride;
    public long KeyPageStride;
    public long KeyTokenStride;
    public long KeyHeadStride;
    public long ValuePageStride;
    public long ValueTokenStride;
    public long ValueHeadStride;
    public long OutputTokenStride;
    public long OutputHeadStride;
    public long LogSumExpTokenStride;
    public long LogSumExpHeadStride;
    public int PageSize;
    public int Group;
    public int Causal;
    public int Window;
    public float Scale;
    public float KeyScale;
    public float ValueScale;
    public float SoftCap;
    public int QueryIsAligned;
    public int OutputIsAligned;
    public int Requests;
    public int OverlapsPrevious;
}
