using AttentionGen.Tests.Cuda.Steps;
using AttentionGen.Tests.Emulation;
using Xunit;

namespace AttentionGen.Tests.Steps;

/// <summary>Addresses whose distances in elements do not fit 32 bits.</summary>
public sealed class FarMemoryTests
{
    public static MatrixTheoryData<bool, KeyValueCacheLayout> Forms { get; } = new([false, true], [KeyValueCacheLayout.PagedNhd, KeyValueCacheLayout.PagedHnd]);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Pages(bool isSpecialised, KeyValueCacheLayout layout)
    {
        SkipUnlessAll();
        FarMemory.AssertPagesAreFound(EmulatedCuda.Required, isSpecialised, layout);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows(bool isSpecialised)
    {
        SkipUnlessAll();
        FarMemory.AssertRowsAreFound(EmulatedCuda.Required, isSpecialised);
    }

    private static void SkipUnlessAll() =>
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CUDA_EMULATION") == "all", "Set CUDA_EMULATION=all: takes up to 10 GB of memory.");
}
