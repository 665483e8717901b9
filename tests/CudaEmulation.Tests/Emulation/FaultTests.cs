using System.Runtime.InteropServices;
using AttentionGen.Cuda;
using Xunit;

namespace AttentionGen.Tests.Emulation;

/// <summary>The emulation finds what would go wrong on a GPU.</summary>
public sealed class FaultTests
{
    private const string Prelude = """
        #include "Primitives.cuh"
        struct Parameters { float* target; const float* source; };

        """;

    [Fact]
    public void Lanes_that_wait_for_their_warp_while_others_wait_at_a_barrier() => AssertFails(
        """
        extern "C" __global__ void __launch_bounds__(64) kernel(const __grid_constant__ Parameters p)
        {
            if (threadIdx.x & 16)
                __syncthreads();
            else
                __syncwarp();
        }
        """,
        "stands still");

    [Fact]
    public void A_warp_whose_lanes_part_ways() => AssertFails(
        """
        extern "C" __global__ void __launch_bounds__(64) kernel(const __grid_constant__ Parameters p)
        {
            if (threadIdx.x & 1)
                p.target[threadIdx.x] = __shfl_xor_sync(0xffffffff, 1.0f, 2);
            else
                p.target[threadIdx.x] = __reduce_max_sync(0xffffffff, 3);
        }
        """,
        "another operation of its warp");

    [Fact]
    public void A_copy_beyond_shared_memory() => AssertFails(
        """
        extern "C" __global__ void __launch_bounds__(64) kernel(const __grid_constant__ Parameters p)
        {
            extern __shared__ Byte shared[];
            copyAsync<16, 128>(sharedAddress(shared) + 1024 * threadIdx.x, p.source, true);
        }
        """,
        "beyond the block's 4096");

    [Fact]
    public void A_matrix_at_an_address_that_is_not_aligned() => AssertFails(
        """
        extern "C" __global__ void __launch_bounds__(64) kernel(const __grid_constant__ Parameters p)
        {
            extern __shared__ Byte shared[];
            Word r[4];
            loadMatrices(sharedAddress(shared) + 8, r);
            p.target[threadIdx.x] = __uint_as_float(r[0]);
        }
        """,
        "no multiple of 16");

    [Fact]
    public void A_copy_that_is_not_waited_for_is_not_seen()
    {
        float[] target = Run(
            """
            extern "C" __global__ void __launch_bounds__(64) kernel(const __grid_constant__ Parameters p)
            {
                extern __shared__ float shared[];
                if (threadIdx.x < 16)
                    copyAsync<16, 256>(sharedAddress(shared + 4 * threadIdx.x), p.source + 4 * threadIdx.x, true);
                commitCopies();
                if (threadIdx.x < 16)
                    p.target[threadIdx.x] = shared[4 * threadIdx.x];
                waitCopies<0>();
                __syncthreads();
                p.target[64 + threadIdx.x] = shared[threadIdx.x];
            }
            """);
        Assert.All(target[..16], static x => Assert.True(float.IsNaN(x)));
        Assert.Equal(Enumerable.Range(0, 64).Select(static i => (float)i), target[64..]);
    }

    private static void AssertFails(string kernel, string message)
    {
        var error = Assert.Throws<CudaException>(() => Run(kernel));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    // Each on a device of its own: one that has failed takes no more work.
    private static unsafe float[] Run(string kernel)
    {
        CudaDevice device = EmulatedCuda.Create();
        KernelSpecification specification = new(
            KernelSource.Of($"{kernel.GetHashCode(StringComparison.Ordinal):x}.cu", Prelude + kernel),
            ("ELEMENT_TYPE", "0"), ("CACHE_TYPE", "0"), ("HEAD_SIZE", "64"), ("VALUE_HEAD_SIZE", "64"));
        CudaKernel loaded = device.Kernels.Load(specification, "kernel");
        float* memory = (float*)NativeMemory.AlignedAlloc((128 + 64) * sizeof(float), 16);
        try
        {
            for (int i = 0; i < 64; i++)
                memory[128 + i] = i;
            loaded.Launch(new LaunchShape(1, 64) { SharedMemory = 4096 }, new Parameters((nint)memory, (nint)(memory + 128)), 0);
            return new ReadOnlySpan<float>(memory, 128).ToArray();
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private readonly record struct Parameters(nint Target, nint Source);
}
