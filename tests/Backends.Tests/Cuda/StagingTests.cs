using System.Runtime.InteropServices;
using AttentionGen.Cuda;
using AttentionGen.Tests.Attention;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cuda;

/// <summary>Memory of the engine, on a GPU.</summary>
public sealed class StagingTests
{
    [Fact]
    public void Updates_overtake_no_copy_that_is_still_under_way()
    {
        CudaDevice device = CudaTest.Device;
        using var scope = NewDisposeScope();
        CudaKernel wait = device.Kernels.Load(TestKernels.Specification(), "wait");
        using PinnedStagingRing ring = new(device);
        const int Steps = 20, Length = 10_000;
        Tensor target = zeros([Steps, Length], dtype: ScalarType.Int32, device: TestDevice.Current.ToTorch());
        for (int step = 0; step < Steps; step++)
        {
            // The device is behind, so that the ring comes round to memory that is not yet copied.
            wait.Launch(new LaunchShape(1, 1), new TestKernels.Parameters(0, 0, 0, 2e6f), device.CurrentStream);
            Span<int> numbers = MemoryMarshal.Cast<byte, int>(ring.Rent((step + 1) * 400 * sizeof(int)));
            numbers.Fill(step + 1);
            ring.Upload(CudaTest.Address(target[step]), numbers.Length * sizeof(int), device.CurrentStream);
        }

        int[] host = target.cpu().data<int>().ToArray();
        for (int step = 0; step < Steps; step++)
        {
            for (int i = 0; i < Length; i++)
                Assert.Equal(i < (step + 1) * 400 ? step + 1 : 0, host[(step * Length) + i]);
        }
    }

    [Fact]
    public void A_buffer_stays_where_it_is_while_it_is_long_enough()
    {
        using DeviceBuffer buffer = new(CudaTest.Device);
        buffer.Reserve(1000, isZeroed: true);
        nint address = buffer.Address;
        buffer.Reserve(500);
        Assert.Equal(address, buffer.Address);
        Assert.Equal(0, address % 256);
        buffer.Reserve(1 << 20);
        Assert.True(buffer.Length >= 1 << 20);
    }

    [Fact]
    public void Tensor_maps_are_made_once()
    {
        CudaDevice device = CudaTest.Device;
        using var scope = NewDisposeScope();
        TensorMapCache cache = new(device);
        Tensor tensor = zeros([64, 128], dtype: ScalarType.BFloat16, device: TestDevice.Current.ToTorch());
        nint address = CudaTest.Address(tensor);
        TensorMapDimension[] dimensions = [new(128, 2, 64), new(64, 256, 32)];
        TensorMap first = cache.Get(address, ElementType.BFloat16, dimensions, TensorMapSwizzle.Bytes128);
        _ = cache.Get(address, ElementType.BFloat16, dimensions, TensorMapSwizzle.Bytes128);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            _ = cache.Get(address, ElementType.BFloat16, dimensions, TensorMapSwizzle.Bytes128);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        TensorMap other = cache.Get(address, ElementType.BFloat16, [new(128, 2, 64), new(60, 256, 32)], TensorMapSwizzle.Bytes128);
        Assert.False(((ReadOnlySpan<ulong>)first).SequenceEqual(other));
        Assert.Equal("CUDA_ERROR_INVALID_VALUE", Assert.Throws<CudaException>(() =>
            cache.Get(address + 2, ElementType.BFloat16, dimensions, TensorMapSwizzle.Bytes128)).Name);
    }
}
