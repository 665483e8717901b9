using AttentionGen.Cpu;
using AttentionGen.Libtorch.Gathered;

namespace AttentionGen.TorchSdpa;

/// <summary>
/// A step on the CPU: for our own kernels, which read pages, and where it is nothing but whole prompts for libtorch's too.
/// </summary>
internal sealed class TorchSdpaCpuPlan(AttentionPlanOptions options, ScheduleKeys schedules) : AttentionPlan(options)
{
    /// <summary>The step on our own kernels.</summary>
    public CpuAttentionPlan Paged { get; } = new(options);

    /// <summary>The step on libtorch's kernel; it holds a batch only where <see cref="IsWholePrompts"/>.</summary>
    public GatheredPlan Whole { get; } = new(options, default, schedules);

    /// <summary>Whether every request with a query has several, and no keys but those of its queries.</summary>
    public bool IsWholePrompts { get; private set; }

    protected override void UpdateCore(AttentionBatch batch)
    {
        Paged.UpdateChecked(batch);
        IsWholePrompts = HasOnlyWholePrompts(batch);
        if (IsWholePrompts)
            Whole.UpdateChecked(batch);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Paged.Dispose();
            Whole.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool HasOnlyWholePrompts(AttentionBatch batch)
    {
        ReadOnlySpan<int> starts = batch.QueryStartLoc.Span, lengths = batch.SeqLens.Span;
        bool any = false;
        for (int request = 0; request < lengths.Length; request++)
        {
            int queries = starts[request + 1] - starts[request];
            if (queries == 0)
                continue;
            if (queries == 1 || queries != lengths[request])
                return false;
            any = true;
        }

        return any && batch.TreeAncestors.IsEmpty && batch.Causal;
    }
}
