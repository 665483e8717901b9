using System.Collections.Immutable;
using AttentionGen.Cuda;
using AttentionGen.Cuda.Attention;

namespace AttentionGen.Tests.Cuda;

/// <summary>Our own CUDA kernels with all that they can do.</summary>
internal sealed class CudaEngineBackend : PagedAttentionBackend
{
    private readonly CudaDevice _device;
    private readonly bool _isSpecialised;

    /// <summary>Makes the backend.</summary>
    /// <param name="device">The device.</param>
    /// <param name="isSpecialised">Whether requests of few rows and of many go to kernels of their own.</param>
    public CudaEngineBackend(CudaDevice device, bool isSpecialised = false)
    {
        (_device, _isSpecialised) = (device, isSpecialised);
        ((IAttentionBackend)this).Attach(Describe(device.Memory.Kind));
    }

    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.PagedNhd;

    public override ImmutableArray<KeyValueCacheLayout> CacheLayouts => [KeyValueCacheLayout.PagedNhd, KeyValueCacheLayout.PagedHnd];

    /// <summary>How the layers made so far have steps cut.</summary>
    public ScheduleKeys Schedules { get; } = new();

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new CudaAttentionPlan(_device, options, Schedules);

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new CudaAttentionLayer(_device, options, Schedules, _isSpecialised);

    private static BackendDescriptor Describe(DeviceKind device) => new()
    {
        Name = "CUDA_ENGINE",
        TypeName = nameof(CudaEngineBackend),
        AssemblyName = "Tests",
        Supports =
        [
            new BackendSupport
            {
                Device = device,
                MinComputeCapability = device == DeviceKind.Cuda ? 80 : 0,
                ElementTypes = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16,
                CacheElementTypes = ElementTypes.Float8E4M3,
                MinHeadSize = 32,
                MaxHeadSize = 256,
                HeadSizeMultipleOf = 8,
                Types = AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention,
                Features = AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi | AttentionFeatures.Sinks
                    | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal | AttentionFeatures.TreeMask | AttentionFeatures.ValueHeadSize
                    | AttentionFeatures.Cascade | AttentionFeatures.BatchInvariance,
                GraphCapture = GraphCaptureLevel.Always,
            },
        ],
    };
}
