using AttentionGen.Cuda.Benchmarks.Measuring;

namespace AttentionGen.Cuda.Benchmarks.Steps;

/// <summary>Steps of our own engine as contenders. Each is prepared when it is first called, so that one that fails fails alone.</summary>
internal static class EngineContenders
{
    /// <summary>A step.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">How it is done.</param>
    /// <param name="numbers">Its numbers.</param>
    /// <param name="unit">What work is counted in.</param>
    /// <param name="resources">What owns the step.</param>
    public static Contender Create(CudaDevice device, PagedStepOptions options, StepNumbers numbers, WorkUnit unit, RowResources resources)
    {
        PagedStep? step = null;
        return new Contender(options.Name, Family.Ours, set => (step ??= resources.Own(new PagedStep(device, options, numbers))).Run(set))
        {
            Work = unit == WorkUnit.Bytes
                ? options.Shape.KeyValueBytes(options.CacheElementType ?? options.ElementType)
                : options.Shape.Operations(options.SlidingWindow),
            Unit = unit,
            ToRows = static output => output.view(output.shape),
        };
    }
}
