namespace AttentionGen.Cpu;

/// <summary>The schedule of a step on the CPU.</summary>
internal sealed class CpuAttentionPlan(AttentionPlanOptions options) : AttentionPlan(options)
{
    protected override void UpdateCore(AttentionBatch batch)
    {
    }
}
