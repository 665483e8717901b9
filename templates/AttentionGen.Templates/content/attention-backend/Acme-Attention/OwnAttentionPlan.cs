using AttentionGen;

namespace Acme.Attention;

/// <summary>What all layers of one step share: which rows belong to which request, and where its keys and values lie.</summary>
internal sealed class OwnAttentionPlan(AttentionPlanOptions options) : AttentionPlan(options)
{
    /// <summary>The requests of the step.</summary>
    public StepRequest[] Requests { get; private set; } = [];

    /// <summary>The slot of each new key and value; -1: it is not stored.</summary>
    public long[] SlotMapping { get; private set; } = [];

    /// <inheritdoc/>
    protected override void UpdateCore(AttentionBatch batch)
    {
        // The batch's memory is the caller's, who may change it after this call: copy what the layers need.
        SlotMapping = batch.SlotMapping.ToArray();
        Requests = new StepRequest[batch.RequestCount];
        for (int request = 0; request < Requests.Length; request++)
        {
            int firstRow = batch.QueryStartLoc.Span[request];
            Requests[request] = new StepRequest(
                firstRow,
                batch.QueryStartLoc.Span[request + 1] - firstRow,
                batch.SeqLens.Span[request],
                batch.BlockTable.Slice(request * batch.MaxBlocks, batch.MaxBlocks).ToArray());
        }
    }
}
