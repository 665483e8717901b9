using System.Runtime.InteropServices;
using AttentionGen.Tests.Cuda.Steps;
using Xunit;

namespace AttentionGen.Tests.Cuda;

/// <summary>Addresses whose distances in elements do not fit 32 bits.</summary>
public sealed class FarMemoryTests
{
    public static MatrixTheoryData<bool, KeyValueCacheLayout> Forms { get; } = new([false, true], [KeyValueCacheLayout.PagedNhd, KeyValueCacheLayout.PagedHnd]);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Pages(bool isSpecialised, KeyValueCacheLayout layout)
    {
        CudaTest.Backend(isSpecialised).Dispose();
        SkipWithoutMemory(() => FarMemory.AssertPagesAreFound(CudaTest.Device, isSpecialised, layout));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows(bool isSpecialised)
    {
        CudaTest.Backend(isSpecialised).Dispose();
        SkipWithoutMemory(() => FarMemory.AssertRowsAreFound(CudaTest.Device, isSpecialised));
    }

    private static void SkipWithoutMemory(Action test)
    {
        try
        {
            test();
        }
        catch (ExternalException error) when (error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Skip("Needs a GPU with 10 GB of free memory.");
        }
    }
}
