using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>The tensors of one forward pass.</summary>
/// <param name="Query">[T, Hq, D].</param>
/// <param name="NewKeys">The step's keys: [new keys, Hkv, D].</param>
/// <param name="NewValues">The step's values: [new keys, Hkv, Dv].</param>
/// <param name="Keys">The cache's keys: [slots, Hkv, D]; null without a cache.</param>
/// <param name="Values">The cache's values: [slots, Hkv, Dv].</param>
/// <param name="CacheType">The element type of the cache.</param>
/// <param name="Output">[T, Hq, Dv].</param>
/// <param name="LogSumExp">Float32 [Hq, T], or null.</param>
internal readonly record struct GatheredTensors(
    Tensor Query, Tensor? NewKeys, Tensor? NewValues, Tensor? Keys, Tensor? Values, ElementType CacheType, Tensor Output, Tensor? LogSumExp)
{
    /// <summary>Reads queries: [rows, Hq, D].</summary>
    public Tensor ReadQuery(RowSelection rows) => AlignedRows.Of(rows.Select(Query));

    /// <summary>Reads keys: [rows, Hkv, D] of the query's type. Those of an 8-bit cache are still to be scaled.</summary>
    public Tensor ReadKeys(RowSelection rows, bool areNew) => Read(rows, areNew ? NewKeys! : Keys!, areNew);

    /// <summary>Reads values likewise.</summary>
    public Tensor ReadValues(RowSelection rows, bool areNew) => Read(rows, areNew ? NewValues! : Values!, areNew);

    private Tensor Read(RowSelection rows, Tensor all, bool areNew)
    {
        Tensor read = rows.Select(all);
        return areNew || !CacheElements.AreBytes(CacheType) ? AlignedRows.Of(read) : CacheElements.Decode(read, Query.dtype);
    }
}
