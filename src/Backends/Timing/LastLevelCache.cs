using System.Globalization;
using AttentionGen.Libtorch;

namespace AttentionGen.Timing;

/// <summary>The size of the largest cache between a device's processors and its memory.</summary>
internal static class LastLevelCache
{
    // Where the system does not say: as large as those of most servers, and a step over twice as much is still cheap to make.
    private const long Assumed = 64L << 20;

    private const long Largest = 1L << 30;

    /// <summary>Its bytes, all parts together; an assumed size where the system does not say.</summary>
    public static long BytesOf(AttentionDevice device)
    {
        long bytes = device.Kind == DeviceKind.Cuda ? CudaDriverProbe.CacheBytes(device.Index) : OfProcessor();
        return bytes > 0 ? Math.Min(bytes, Largest) : Assumed;
    }

    private static long OfProcessor()
    {
        const string Processors = "/sys/devices/system/cpu";
        try
        {
            if (!Directory.Exists(Processors))
                return 0;

            // Each part is listed with every processor that shares it.
            Dictionary<string, long> parts = [];
            foreach (string processor in Directory.EnumerateDirectories(Processors, "cpu*"))
            {
                string cache = Path.Combine(processor, "cache", "index3");
                if (Directory.Exists(cache))
                    parts[File.ReadAllText(Path.Combine(cache, "shared_cpu_list"))] = Kibibytes(File.ReadAllText(Path.Combine(cache, "size"))) << 10;
            }

            return parts.Values.Sum();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static long Kibibytes(string text) =>
        long.TryParse(text.AsSpan().Trim().TrimEnd('K'), NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : 0;
}
