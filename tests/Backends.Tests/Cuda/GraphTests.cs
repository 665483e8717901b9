using System.Runtime.InteropServices;
using AttentionGen.Cuda;
using AttentionGen.Tests.Attention;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cuda;

/// <summary>Capture and replay, on a GPU.</summary>
public sealed class GraphTests
{
    [Fact]
    public void A_replay_reads_what_is_in_memory_then()
    {
        CudaDevice device = CudaTest.Device;
        using var scope = NewDisposeScope();
        CudaKernel kernel = device.Kernels.Load(TestKernels.Specification(), "scale");
        Tensor source = CudaTest.Floats(1, 2, 3, 4), target = zeros_like(source), total = zeros(1, device: source.device), count = CudaTest.Count(2);
        using CudaGraph graph = CudaGraph.Capture(TestDevice.Current, () =>
        {
            CudaTest.Scale(kernel, target, source, count, 10, device.CurrentStream);
            using Tensor sum = target.sum();
            total.copy_(sum);
        });
        Assert.True(graph.NodeCount >= 3, $"{graph.NodeCount} nodes");

        // Captured, and run only to warm up.
        Assert.Equal([10f, 20, 0, 0], CudaTest.Host(target));
        target.zero_();
        graph.Replay();
        Assert.Equal([30f], CudaTest.Host(total));

        // The same work over other metadata and other numbers.
        count.fill_(4);
        source.copy_(CudaTest.Floats(5, 6, 7, 8));
        graph.Replay();
        Assert.Equal([50f, 60, 70, 80], CudaTest.Host(target));
        Assert.Equal([260f], CudaTest.Host(total));
    }

    [Fact]
    public void A_replay_runs_on_the_current_stream_and_allocates_nothing()
    {
        CudaDevice device = CudaTest.Device;
        using var scope = NewDisposeScope();
        CudaKernel kernel = device.Kernels.Load(TestKernels.Specification(), "scale"), wait = device.Kernels.Load(TestKernels.Specification(), "wait");
        Tensor source = CudaTest.Floats(1), target = zeros_like(source), count = CudaTest.Count(1);
        using CudaGraph graph = CudaGraph.Capture(TestDevice.Current, () => CudaTest.Scale(kernel, target, source, count, 2, device.CurrentStream), warmUps: 0);
        Assert.Equal([0f], CudaTest.Host(target));
        device.Synchronise(device.CurrentStream);
        using CudaStream stream = new(TestDevice.Current);
        using (stream.Use())
        {
            wait.Launch(new LaunchShape(1, 1), new TestKernels.Parameters(0, 0, 0, 1e8f), device.CurrentStream);
            CudaTest.Scale(kernel, source, source, count, 5, device.CurrentStream);
            graph.Replay();
        }

        stream.Synchronize();
        Assert.Equal([10f], CudaTest.Host(target));

        graph.Replay();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            graph.Replay();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Graphs_of_one_stream_are_replayed_one_after_another()
    {
        CudaDevice device = CudaTest.Device;
        using var scope = NewDisposeScope();
        CudaKernel kernel = device.Kernels.Load(TestKernels.Specification(), "scale");
        Tensor source = CudaTest.Floats(1, 2, 3, 4), target = zeros_like(source), count = CudaTest.Count(4);
        using CudaStream stream = new(TestDevice.Current);
        using CudaGraph twice = CudaGraph.CaptureOn(stream, () => CudaTest.Scale(kernel, target, source, count, 2, device.CurrentStream));
        using CudaGraph threefold = CudaGraph.CaptureOn(stream, () => CudaTest.Scale(kernel, source, target, count, 3, device.CurrentStream), warmUps: 0);
        twice.Replay();
        threefold.Replay();
        Assert.Equal([2f, 4, 6, 8], CudaTest.Host(target));
        Assert.Equal([6f, 12, 18, 24], CudaTest.Host(source));

        // A graph's end is not the stream's.
        twice.Dispose();
        threefold.Replay();
        stream.Synchronize();
        Assert.Equal([6f, 12, 18, 24], CudaTest.Host(source));
    }

    [Fact]
    public void An_exception_in_the_body_ends_the_capture_and_comes_out()
    {
        CudaDevice device = CudaTest.Device;
        var error = Assert.Throws<FormatException>(() => CudaGraph.Capture(TestDevice.Current, static () => throw new FormatException("mine"), warmUps: 0));
        Assert.Equal("mine", error.Message);
        Assert.False(device.IsCapturing(device.CurrentStream));
        A_replay_reads_what_is_in_memory_then();
    }

    [Fact]
    public void A_wait_in_the_body_is_refused_and_the_device_goes_on_working()
    {
        CudaDevice device = CudaTest.Device;
        var error = Assert.Throws<CudaException>(() => CudaGraph.Capture(TestDevice.Current, () => device.Synchronise(device.CurrentStream)));
        Assert.StartsWith("CUDA_ERROR_STREAM_CAPTURE", error.Name, StringComparison.Ordinal);
        Assert.Contains("before the capture", error.Message, StringComparison.Ordinal);
        A_replay_reads_what_is_in_memory_then();
    }

    [Fact]
    public void A_read_of_a_tensor_in_the_body_is_refused_and_the_device_goes_on_working()
    {
        _ = CudaTest.Device;
        using var scope = NewDisposeScope();
        Tensor numbers = CudaTest.Floats(1, 2, 3);
        Exception? error = Record.Exception(() => CudaGraph.Capture(TestDevice.Current, () => numbers.cpu().Dispose()));
        Assert.True(error is ExternalException or CudaException, $"{error}");
        A_replay_reads_what_is_in_memory_then();
    }

    [Fact]
    public void A_capture_within_a_capture_is_refused()
    {
        _ = CudaTest.Device;
        Assert.Throws<InvalidOperationException>(static () => CudaGraph.Capture(
            TestDevice.Current, static () => CudaGraph.Capture(TestDevice.Current, static () => { }).Dispose(), warmUps: 0));
        A_replay_reads_what_is_in_memory_then();
    }

    [Fact]
    public void A_disposed_graph_is_not_replayed()
    {
        _ = CudaTest.Device;
        CudaGraph graph = CudaGraph.Capture(TestDevice.Current, static () => { });
        graph.Dispose();
        graph.Dispose();
        Assert.Throws<ObjectDisposedException>(graph.Replay);
    }
}
