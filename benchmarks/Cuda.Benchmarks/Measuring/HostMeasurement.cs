using System.Diagnostics;
using AttentionGen.Cuda.Benchmarks.Reporting;

namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>
/// Times calls by the host's clock, a few in a row. Between them the device is waited for, outside the time, so that its queue
/// is never full and no call waits for it.
/// </summary>
internal static class HostMeasurement
{
    /// <summary>The seconds and managed bytes of one call of each contender, after calls enough for the compiler to have optimised it.</summary>
    /// <param name="device">The device.</param>
    /// <param name="contenders">The contenders, timed in turn.</param>
    /// <param name="calls">How many calls follow each other.</param>
    /// <param name="samples">How often so many are timed.</param>
    public static MeasuredContender[] Interleaved(CudaDevice device, IReadOnlyList<HostContender> contenders, int calls, int samples)
    {
        for (int pass = 0; pass < 4; pass++)
        {
            foreach (HostContender contender in contenders)
            {
                for (int sample = 0; sample < 30; sample++)
                    Time(device, contender, calls);
            }

            // The compiler works in the background, a while after a method has been called often.
            Thread.Sleep(150);
        }

        List<double>[] seconds = [.. contenders.Select(_ => new List<double>(samples))];
        long[] bytes = new long[contenders.Count];
        for (int sample = 0; sample < samples; sample++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                (double time, long allocated) = Time(device, contenders[i], calls);
                seconds[i].Add(time / calls);
                bytes[i] += allocated;
            }
        }

        return [.. contenders.Select((contender, i) =>
            MeasuredContender.From(contender.Name, seconds[i]) with { ManagedBytes = bytes[i] / ((double)calls * samples) })];
    }

    private static (double Seconds, long Bytes) Time(CudaDevice device, HostContender contender, int calls)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        for (int call = 0; call < calls; call++)
            contender.Call();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        device.Synchronise(device.CurrentStream);
        return (seconds, bytes);
    }
}
