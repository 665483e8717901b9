namespace AttentionGen.Cuda.Attention;

/// <summary>The parameter of <c>combine_splits</c>: <c>CombineParameters</c> of Parameters.cuh.</summary>
internal struct CombineParameters
{
    public nint PartialOutput;
    public nint PartialLogSumExp;
    public nint Output;
    public nint LogSumExp;
    public nint QueryStartLoc;
    public nint Sinks;
    public nint Items;
    public nint ItemCount;
    public long OutputTokenStride;
    public long OutputHeadStride;
    public long LogSumExpTokenStride;
    public long LogSumExpHeadStride;
    public int Group;
    public int Reserved0;
    public long Reserved1;
}
