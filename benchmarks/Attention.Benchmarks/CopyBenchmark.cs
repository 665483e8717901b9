using System.Numerics;
using System.Runtime.InteropServices;

namespace AttentionGen.Benchmarks;

/// <summary>How fast memory is: copying, and reading alone.</summary>
internal static unsafe class CopyBenchmark
{
    private const long Length = 256L << 20;

    public static ReportRow Run(int threads, double seconds)
    {
        byte* source = (byte*)NativeMemory.AlignedAlloc((nuint)Length, 64);
        byte* target = (byte*)NativeMemory.AlignedAlloc((nuint)Length, 64);
        new Span<byte>(source, (int)Length).Fill(1);
        new Span<byte>(target, (int)Length).Fill(2);
        long share = Length / threads;
        long total = 0;
        TimedContender[] times = Measurement.Interleaved(
            [
                new Contender("read (sum of int64)", () => Parallel.For(0, threads, thread =>
                    Interlocked.Add(ref total, Sum((Vector<long>*)(source + (thread * share)), share / sizeof(Vector<long>))))),
                new Contender("copy (bytes read, as many written)", () => Parallel.For(0, threads, thread =>
                    Buffer.MemoryCopy(source + (thread * share), target + (thread * share), share, share))),
            ],
            seconds,
            5);
        NativeMemory.AlignedFree(source);
        NativeMemory.AlignedFree(target);
        GC.KeepAlive(total);
        return new ReportRow($"memory, {Length >> 20} MiB", "-", threads, Length, 0, times);
    }

    private static long Sum(Vector<long>* data, long count)
    {
        Vector<long> first = default, second = default, third = default, fourth = default;
        for (long i = 0; i + 4 <= count; i += 4)
        {
            first += data[i];
            second += data[i + 1];
            third += data[i + 2];
            fourth += data[i + 3];
        }

        return Vector.Sum(first + second + third + fourth);
    }
}
