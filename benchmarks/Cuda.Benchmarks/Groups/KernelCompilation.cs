using AttentionGen.Cuda.Attention;
using AttentionGen.Cuda.Benchmarks.Steps;

namespace AttentionGen.Cuda.Benchmarks.Groups;

/// <summary>The compilation of all kernels that rows need, several at once, before the first row.</summary>
internal static class KernelCompilation
{
    /// <summary>Compiles them. A failure is left to the row that needs the kernel.</summary>
    public static void Run(CudaDevice device, IEnumerable<PlannedRow> rows)
    {
        var layers = rows.SelectMany(static row => row.Steps).DistinctBy(static step =>
            (step.ElementType, step.CacheElementType, step.Shape.HeadSize, step.SoftCap is null, step.IsSpecialised));
        Parallel.ForEach(layers, step => Compile(device, step));
    }

    private static void Compile(CudaDevice device, PagedStepOptions step)
    {
        try
        {
            new CudaAttentionLayer(device, step.Layer(device.Memory), new ScheduleKeys(), step.IsSpecialised).Dispose();
        }
        catch (Exception error)
        {
            Console.Error.WriteLine($"{step.Name}, {step.ElementType}, head size {step.Shape.HeadSize}: {error.Message}");
        }
    }
}
