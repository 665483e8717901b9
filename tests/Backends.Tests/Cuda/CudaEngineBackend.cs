using AttentionGen.Cuda;
using AttentionGen.Cuda.Attention;

namespace AttentionGen.Tests.Cuda;

/// <summary>The paged CUDA kernels with all that they can do. No name is registered for them until the whole battery has run on a GPU.</summary>
internal sealed class CudaEngineBackend : PagedAttentionBackend
{
    private readonly ScheduleKeys _schedules = new();

    public CudaEngineBackend() => ((IAttentionBackend)this).Attach(new BackendDescriptor
    {
        Name = "CUDA_ENGINE",
        TypeName = nameof(CudaEngineBackend),
        AssemblyName = "Tests",
        Supports =
        [
            new BackendSupport
            {
                Device = DeviceKind.Cuda,
                MinComputeCapability = 80,
                ElementTypes = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16,
                CacheElementTypes = ElementTypes.Float8E4M3,
                MinHeadSize = 32,
                MaxHeadSize = 256,
                HeadSizeMultipleOf = 8,
                Types = AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention,
                Features = AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi | AttentionFeatures.Sinks
                    | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal | AttentionFeatures.TreeMask | AttentionFeatures.ValueHeadSize
                    | AttentionFeatures.BatchInvariance,
                GraphCapture = GraphCaptureLevel.Always,
            },
        ],
    });

    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.PagedNhd;

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new CudaAttentionPlan(CudaDevice.Of(options.Cache.Device.Index), options, _schedules);

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new CudaAttentionLayer(CudaDevice.Of(options.Device.Index), options, _schedules);
}
