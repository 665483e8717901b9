using AttentionGen;
using TextGeneration.Graphs;

namespace TextGeneration.Tests.Graphs;

public sealed class GraphChoiceTests
{
    private static readonly AttentionDevice s_cuda = AttentionDevice.Cuda(0) with { ComputeCapability = 90 };

    [Theory]
    [InlineData(GraphCaptureLevel.UniformSingleTokenDecode)]
    [InlineData(GraphCaptureLevel.UniformBatch)]
    [InlineData(GraphCaptureLevel.Always)]
    internal void A_backend_that_declares_it_is_captured(GraphCaptureLevel declared)
    {
        foreach (CudaGraphMode mode in (CudaGraphMode[])[CudaGraphMode.Auto, CudaGraphMode.On])
        {
            GraphChoice choice = GraphChoice.Of(mode, Backend(declared), Request(s_cuda));
            Assert.True(choice.IsCaptured);
            Assert.Equal(GraphChoice.Decode, choice.Level);
        }
    }

    [Fact]
    public void A_backend_that_does_not_is_run_without_and_named()
    {
        GraphChoice choice = GraphChoice.Of(CudaGraphMode.Auto, Backend(GraphCaptureLevel.Never), Request(s_cuda));
        Assert.False(choice.IsCaptured);
        Assert.Equal(GraphCaptureLevel.Never, choice.Level);
        Assert.Contains("SOME_ATTN cannot be captured: asked for graph capture level UniformSingleTokenDecode, accepts Never", choice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Off_is_off()
    {
        Assert.Equal(GraphCaptureLevel.Never, GraphChoice.Demanded(CudaGraphMode.Off, s_cuda));
        Assert.Equal("--cuda-graph off", GraphChoice.Of(CudaGraphMode.Off, Backend(GraphCaptureLevel.Always), Request(s_cuda)).Reason);
    }

    [Fact]
    public void On_is_asked_of_the_selection_and_auto_leaves_it_alone()
    {
        Assert.Equal(GraphCaptureLevel.UniformSingleTokenDecode, GraphChoice.Demanded(CudaGraphMode.On, s_cuda));
        Assert.Equal(GraphCaptureLevel.Never, GraphChoice.Demanded(CudaGraphMode.Auto, s_cuda));
    }

    [Fact]
    public void A_CPU_has_no_graphs()
    {
        Expect.InvalidInput(() => GraphChoice.Demanded(CudaGraphMode.On, AttentionDevice.Cpu), "--cuda-graph on", "cpu", "--device cuda");
        Assert.Contains("no CUDA device", GraphChoice.Of(CudaGraphMode.Auto, Backend(GraphCaptureLevel.Always), Request(AttentionDevice.Cpu)).Reason, StringComparison.Ordinal);
    }

    private static AttentionRequest Request(AttentionDevice device) => new()
    {
        Device = device, ElementType = ElementType.BFloat16, HeadSize = 64, QueryHeads = 4, KeyValueHeads = 2,
    };

    private static BackendDescriptor Backend(GraphCaptureLevel level) => new()
    {
        Name = "SOME_ATTN",
        TypeName = "Some",
        AssemblyName = "Tests",
        Supports =
        [
            new BackendSupport { Device = DeviceKind.Cuda, ElementTypes = ElementTypes.BFloat16, GraphCapture = level },
            new BackendSupport { Device = DeviceKind.Cpu, ElementTypes = ElementTypes.BFloat16 },
        ],
    };
}
