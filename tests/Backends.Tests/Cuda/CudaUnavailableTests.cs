using AttentionGen.Cuda;
using AttentionGen.Libtorch;
using Xunit;

namespace AttentionGen.Tests.Cuda;

/// <summary>What a machine without an NVIDIA driver says.</summary>
public sealed class CudaUnavailableTests
{
    [Fact]
    public void Without_a_driver_a_stream_and_a_graph_say_what_is_missing()
    {
        Assert.SkipWhen(LibtorchRuntime.CudaDeviceCount > 0, "This machine has a device.");

        foreach (Action ask in (Action[])[
            static () => new CudaStream(AttentionDevice.Cuda(90)).Dispose(),
            static () => CudaGraph.Capture(AttentionDevice.Cuda(90), static () => { }).Dispose()])
        {
            var error = Assert.Throws<CudaUnavailableException>(ask);
            Assert.Contains("driver", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Only_CUDA_devices_have_streams_and_graphs()
    {
        Assert.Throws<ArgumentException>("device", static () => new CudaStream(AttentionDevice.Cpu));
        Assert.Throws<ArgumentException>("device", static () => CudaGraph.Capture(AttentionDevice.Cpu, static () => { }));
    }

    [Fact]
    public void Only_errors_that_end_a_context_are_sticky()
    {
        Assert.All((int[])[CudaErrors.IllegalAddress, CudaErrors.LaunchFailed, CudaErrors.MisalignedAddress, CudaErrors.Assert], static code => Assert.True(CudaErrors.IsSticky(code)));
        Assert.All((int[])[CudaErrors.OutOfMemory, CudaErrors.InvalidValue, CudaErrors.LaunchOutOfResources, CudaErrors.CaptureInvalidated], static code => Assert.False(CudaErrors.IsSticky(code)));
    }

    [Fact]
    public void Errors_that_a_user_can_do_something_about_say_what() =>
        Assert.All(
            (int[])[CudaErrors.OutOfMemory, CudaErrors.NoDevice, CudaErrors.InvalidImage, CudaErrors.LaunchOutOfResources, CudaErrors.IllegalAddress, CudaErrors.CaptureInvalidated],
            static code => Assert.NotEmpty(CudaErrors.Remedy(code)));
}
