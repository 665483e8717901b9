using AttentionGen.Cuda.Attention;

namespace AttentionGen.Cuda.Benchmarks.Steps;

/// <summary>A plan and a batch of decodes that it is updated with, over pages dealt at random. There is no cache.</summary>
internal sealed class PlanUpdate : IDisposable
{
    private readonly CudaAttentionLayer _layer;
    private readonly CudaAttentionPlan _plan;
    private readonly AttentionBatch _batch;

    /// <summary>Makes both.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">The step.</param>
    public PlanUpdate(CudaDevice device, PagedStepOptions options)
    {
        StepShape shape = options.Shape;
        ScheduleKeys schedules = new();
        _layer = new CudaAttentionLayer(device, options.Layer(device.Memory), schedules, options.IsSpecialised);
        KeyValueCacheOptions cache = new()
        {
            Device = device.Memory, ElementType = options.CacheElementType ?? options.ElementType, Layers = 1, Pages = shape.Keys / options.PageSize,
            PageSize = options.PageSize, KeyValueHeads = shape.KeyValueHeads, HeadSize = shape.HeadSize,
        };
        _plan = new CudaAttentionPlan(device, options.Plan(cache), schedules);
        _batch = PagedBatch.Create(options, PagedBatch.DealPages(cache.Pages));
    }

    /// <summary>Updates the plan.</summary>
    public void Run() => _plan.Update(_batch);

    public void Dispose()
    {
        _layer.Dispose();
        _plan.Dispose();
    }
}
