using System.Diagnostics;
using AttentionGen.Cuda;
using AttentionGen.Tests.Attention;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cuda;

/// <summary>Compiling, loading and launching kernels, on a GPU.</summary>
public sealed class EngineTests
{
    [Fact]
    public void A_kernel_works_on_tensors_of_libtorch_in_the_order_of_its_stream()
    {
        CudaDevice device = CudaTest.Device;
        using var scope = NewDisposeScope();
        CudaKernel kernel = device.Kernels.Load(TestKernels.Specification(("ADDEND", "1")), "scale");
        Tensor source = randn(1000, device: TestDevice.Current.ToTorch()), target = zeros_like(source), count = CudaTest.Count(900);
        source.mul_(2);
        CudaTest.Scale(kernel, target, source, count, 3, device.CurrentStream);
        target.add_(1);

        float[] expected = CudaTest.Host(source), actual = CudaTest.Host(target);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(i < 900 ? MathF.FusedMultiplyAdd(expected[i], 3, 1) + 1 : 1, actual[i], 1e-5f);
    }

    [Fact]
    public void A_launch_allocates_nothing()
    {
        CudaDevice device = CudaTest.Device;
        using var scope = NewDisposeScope();
        CudaKernel kernel = device.Kernels.Load(TestKernels.Specification(), "scale");
        Tensor source = CudaTest.Floats(1, 2, 3), count = CudaTest.Count(3);
        TestKernels.Parameters parameters = new(CudaTest.Address(source), CudaTest.Address(source), CudaTest.Address(count), 1);
        LaunchShape shape = new(1, 32) { OverlapsPrevious = true };
        kernel.Launch(shape, parameters, device.CurrentStream);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            kernel.Launch(shape, parameters, device.CurrentStream);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        device.Synchronise(device.CurrentStream);
    }

    [Fact]
    public void A_block_may_have_all_the_shared_memory_of_the_device()
    {
        CudaDevice device = CudaTest.Device;
        using var scope = NewDisposeScope();
        int floats = device.MaxSharedMemory / sizeof(float);
        CudaKernel kernel = device.Kernels.Load(TestKernels.Specification(), "reverse").WithSharedMemory(device.MaxSharedMemory);
        Tensor source = arange(floats, dtype: ScalarType.Float32, device: TestDevice.Current.ToTorch()), target = zeros_like(source), count = CudaTest.Count(floats);
        kernel.Launch(
            new LaunchShape(1, 1024) { SharedMemory = device.MaxSharedMemory },
            new TestKernels.Parameters(CudaTest.Address(target), CudaTest.Address(source), CudaTest.Address(count), 0),
            device.CurrentStream);

        Assert.True(device.MaxSharedMemory > 48 << 10);
        Assert.Equal(CudaTest.Host(source.flip(0)), CudaTest.Host(target));
        Assert.Equal(1, kernel.BlocksPerMultiprocessor(1024, device.MaxSharedMemory));
        Assert.True(kernel.BlocksPerMultiprocessor(128, 0) > 4);
    }

    [Fact]
    public void A_source_says_numbers_of_itself()
    {
        CudaKernel kernel = CudaTest.Device.Kernels.Load(TestKernels.Specification(), "scale");

        Assert.Equal(42, kernel.Constant("answer"));
        Assert.InRange(kernel.Registers, 1, 255);
        Assert.Equal(0, kernel.LocalBytes);
        Assert.InRange(kernel.MaxThreads, 128, 1024);
    }

    [Fact]
    public void Blocks_may_form_clusters_on_Hopper()
    {
        CudaDevice device = CudaTest.Device;
        Assert.SkipUnless(device.ComputeCapability >= 90, "Clusters came with Hopper.");
        using var scope = NewDisposeScope();
        CudaKernel kernel = device.Kernels.Load(TestKernels.Specification(), "scale");
        Tensor source = CudaTest.Floats(1, 2, 3), target = zeros_like(source), count = CudaTest.Count(3);
        kernel.Launch(
            new LaunchShape(4, 32) { Cluster = 2 },
            new TestKernels.Parameters(CudaTest.Address(target), CudaTest.Address(source), CudaTest.Address(count), 2),
            device.CurrentStream);

        Assert.Equal([2f, 4, 6], CudaTest.Host(target));
    }

    [Fact]
    public void Two_streams_run_side_by_side()
    {
        CudaDevice device = CudaTest.Device;
        using var scope = NewDisposeScope();
        CudaKernel scale = device.Kernels.Load(TestKernels.Specification(), "scale"), wait = device.Kernels.Load(TestKernels.Specification(), "wait");
        Tensor source = CudaTest.Floats(1, 2, 3), slow = zeros_like(source), fast = zeros_like(source), count = CudaTest.Count(3);
        device.Synchronise(device.CurrentStream);
        using CudaStream first = new(TestDevice.Current), second = new(TestDevice.Current);
        nint outside = device.CurrentStream;
        Stopwatch clock = Stopwatch.StartNew();
        using (first.Use())
        {
            Assert.Equal(first.Handle, device.CurrentStream);
            wait.Launch(new LaunchShape(1, 1), new TestKernels.Parameters(0, 0, 0, 1e9f), device.CurrentStream);
            CudaTest.Scale(scale, slow, source, count, 2, device.CurrentStream);
            using (second.Use())
                CudaTest.Scale(scale, fast, source, count, 3, device.CurrentStream);
            Assert.Equal(first.Handle, device.CurrentStream);
        }

        Assert.Equal(outside, device.CurrentStream);
        second.Synchronize();
        TimeSpan secondDone = clock.Elapsed;
        first.Synchronize();

        Assert.True(secondDone < clock.Elapsed / 2, $"The second stream was done after {secondDone}, the first after {clock.Elapsed}.");
        Assert.Equal([2f, 4, 6], CudaTest.Host(slow));
        Assert.Equal([3f, 6, 9], CudaTest.Host(fast));
    }

    [Fact]
    public void A_stream_waits_for_another_where_that_is_asked()
    {
        CudaDevice device = CudaTest.Device;
        using var scope = NewDisposeScope();
        CudaKernel scale = device.Kernels.Load(TestKernels.Specification(), "scale"), wait = device.Kernels.Load(TestKernels.Specification(), "wait");
        Tensor source = CudaTest.Floats(1, 2, 3), between = zeros_like(source), target = zeros_like(source), count = CudaTest.Count(3);
        device.Synchronise(device.CurrentStream);
        using CudaStream first = new(TestDevice.Current), second = new(TestDevice.Current);
        using (first.Use())
        {
            wait.Launch(new LaunchShape(1, 1), new TestKernels.Parameters(0, 0, 0, 2e8f), device.CurrentStream);
            CudaTest.Scale(scale, between, source, count, 2, device.CurrentStream);
            second.WaitForCurrent();
        }

        using (second.Use())
            CudaTest.Scale(scale, target, between, count, 2, device.CurrentStream);
        second.HaveCurrentWait();

        Assert.Equal([4f, 8, 12], CudaTest.Host(target));
    }

    [Fact]
    public void Threads_load_and_launch_kernels_at_once()
    {
        CudaDevice device = CudaTest.Device;
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            using var scope = NewDisposeScope();
            CudaKernel kernel = device.Kernels.Load(TestKernels.Specification(("ADDEND", $"{i % 4}")), "scale");
            Tensor source = CudaTest.Floats(1, 2, 3), target = zeros_like(source), count = CudaTest.Count(3);
            CudaTest.Scale(kernel, target, source, count, i, device.CurrentStream);
            Assert.Equal([(float)i + (i % 4), (2 * i) + (i % 4), (3 * i) + (i % 4)], CudaTest.Host(target));
        });
    }

    [Fact]
    public void A_launch_that_is_refused_names_the_kernel_and_harms_nothing()
    {
        CudaDevice device = CudaTest.Device;
        CudaKernel kernel = device.Kernels.Load(TestKernels.Specification(), "scale");
        var error = Assert.Throws<CudaException>(() => kernel.Launch(new LaunchShape(1, 2048), default(TestKernels.Parameters), device.CurrentStream));

        Assert.Equal("CUDA_ERROR_INVALID_VALUE", error.Name);
        Assert.False(error.IsSticky);
        Assert.Contains("cuLaunchKernelEx of scale on cuda:", error.Message, StringComparison.Ordinal);
        A_kernel_works_on_tensors_of_libtorch_in_the_order_of_its_stream();
    }

    [Fact]
    public void A_kernel_that_is_no_machine_code_is_refused()
    {
        CudaDevice device = CudaTest.Device;
        byte[] garbage = new byte[4096];
        var error = Assert.Throws<CudaException>(() => device.Kernels.Load(TestKernels.Fresh("garbage"), "scale", garbage));

        Assert.Contains("CUDA_ERROR_", error.Message, StringComparison.Ordinal);
        Assert.Contains("cuModuleLoadData of Fresh.cu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_the_source_has_not_is_refused_by_name()
    {
        CudaDevice device = CudaTest.Device;
        var error = Assert.Throws<CudaException>(() => device.Kernels.Load(TestKernels.Specification(), "absent"));

        Assert.Equal("CUDA_ERROR_NOT_FOUND", error.Name);
        Assert.Contains("absent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_not_there_is_refused_with_the_number_of_those_that_are()
    {
        _ = CudaTest.Device;
        Assert.Contains("cuda:99", Assert.Throws<CudaUnavailableException>(static () => CudaDevice.Of(99)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_that_fails_ends_the_use_of_the_device_and_is_reported_once()
    {
        _ = CudaTest.Device;
        using Process process = ChildProcess.Start(typeof(EngineTests), nameof(A_child_process_loses_its_device), "1");
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
    }

    [Fact]
    public void A_child_process_loses_its_device()
    {
        _ = ChildProcess.Argument;
        CudaDevice device = CudaTest.Device;
        CudaKernel fault = device.Kernels.Load(TestKernels.Specification(), "fault");
        fault.Launch(new LaunchShape(1, 1), default(TestKernels.Parameters), device.CurrentStream);
        var first = Assert.Throws<CudaException>(() => device.Synchronise(device.CurrentStream));
        Assert.True(first.IsSticky);
        Assert.Equal("CUDA_ERROR_ILLEGAL_ADDRESS", first.Name);
        Assert.Contains("last kernel launched was fault", first.Message, StringComparison.Ordinal);
        Assert.Contains("restart", first.Message, StringComparison.OrdinalIgnoreCase);

        var second = Assert.Throws<CudaException>(() => fault.Launch(new LaunchShape(1, 1), default(TestKernels.Parameters), 0));
        Assert.True(second.IsSticky);
        Assert.Contains("was lost to CUDA_ERROR_ILLEGAL_ADDRESS before, reported by cuStreamSynchronize", second.Message, StringComparison.Ordinal);

        // libtorch's own end would report the lost device once more, by ending the process.
        Environment.Exit(0);
    }
}
