using AttentionGen.Cuda;

namespace AttentionGen.Tests.Cuda;

/// <summary>Small kernels that do one thing each, to exercise the engine.</summary>
internal static class TestKernels
{
    private const string Text = """
        struct Parameters
        {
            float* target;
            const float* source;
            const int* count;
            float factor;
            int reserved;
        };

        #ifndef ADDEND
        #define ADDEND 0
        #endif

        // target[i] = source[i] * factor + ADDEND, for as many as count says when the kernel runs.
        extern "C" __global__ void scale(const __grid_constant__ Parameters p)
        {
            for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < *p.count; i += gridDim.x * blockDim.x)
                p.target[i] = p.source[i] * p.factor + ADDEND;
        }

        // Turns the array around by way of shared memory.
        extern "C" __global__ void reverse(const __grid_constant__ Parameters p)
        {
            extern __shared__ float shared[];
            int count = *p.count;
            for (int i = threadIdx.x; i < count; i += blockDim.x)
                shared[i] = p.source[i];
            __syncthreads();
            for (int i = threadIdx.x; i < count; i += blockDim.x)
                p.target[i] = shared[count - 1 - i];
        }

        // Keeps the device busy for so many cycles, so that streams overlap.
        extern "C" __global__ void wait(const __grid_constant__ Parameters p)
        {
            long long start = clock64();
            while (clock64() - start < (long long)p.factor)
                ;
        }

        extern "C" __global__ void fault(const __grid_constant__ Parameters p) { *(volatile int*)16 = 1; }

        extern "C" __device__ int answer = 42;
        """;

    public static KernelSpecification Specification(params ReadOnlySpan<(string Name, string Value)> macros) => new(KernelSource.Of("Test.cu", Text), macros);

    /// <summary>A specification whose text no other test has, so that nothing can have compiled it.</summary>
    public static KernelSpecification Fresh(string mark) => new(KernelSource.Of("Fresh.cu", $"// {mark}\n{Text}"));

    public static KernelSpecification Of(string text) => new(KernelSource.Of("Given.cu", text));

    /// <summary>The kernels' parameter, as it lies in memory there.</summary>
    internal readonly record struct Parameters(nint Target, nint Source, nint Count, float Factor)
    {
        public int Reserved { get; init; }
    }
}
