using AttentionGen.Cuda;
using Xunit;

namespace AttentionGen.Tests.Cuda;

/// <summary>The NVRTC that kernels are compiled with in tests: that of the GPU host, or the one that .ci/run puts into artifacts/nvrtc.</summary>
internal static class TestNvrtc
{
    private static readonly Lazy<Nvrtc?> s_instance = new(Find);

    /// <summary>NVRTC; skips the test where there is none.</summary>
    public static Nvrtc Required
    {
        get
        {
            Assert.SkipWhen(s_instance.Value is null, "There is no NVRTC: neither in artifacts/nvrtc, where .ci/run puts it if Debian's archive can be reached, nor a CUDA build of libtorch.");
            return s_instance.Value!;
        }
    }

    private static Nvrtc? Find()
    {
        for (string? directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (NvrtcLibrary.TryLoad(Path.Combine(directory, "artifacts", "nvrtc")) is { } found)
                return found;
        }

        try
        {
            return NvrtcLibrary.Instance;
        }
        catch (CudaUnavailableException)
        {
            return null;
        }
    }
}
