namespace AttentionGen.Tests.Plain;

/// <summary>A copy of the step's batch.</summary>
internal sealed class PlainPlan(AttentionPlanOptions options) : AttentionPlan(options)
{
    public int[] Starts { get; private set; } = [0];

    public int[] Lengths { get; private set; } = [];

    public int[] Table { get; private set; } = [];

    public int MaxBlocks { get; private set; }

    public long[] Slots { get; private set; } = [];

    public ulong[] Tree { get; private set; } = [];

    protected override void UpdateCore(AttentionBatch batch)
    {
        Starts = batch.QueryStartLoc.ToArray();
        Lengths = batch.SeqLens.ToArray();
        Table = batch.BlockTable.ToArray();
        MaxBlocks = batch.MaxBlocks;
        Slots = batch.SlotMapping.ToArray();
        Tree = batch.TreeAncestors.ToArray();
    }
}
