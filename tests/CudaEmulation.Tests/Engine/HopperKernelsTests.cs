using AttentionGen.Cuda.Attention;
using AttentionGen.Tests.Emulation;
using Xunit;

namespace AttentionGen.Tests.Engine;

/// <summary>Which layers, pages and tensors go to the kernel for Hopper.</summary>
public sealed class HopperKernelsTests
{
    private static readonly AttentionLayerOptions s_plain = new()
    {
        Device = AttentionDevice.Cuda(90), ElementType = ElementType.BFloat16, QueryHeads = 8, KeyValueHeads = 2, HeadSize = 128,
    };

    [Theory]
    [InlineData(128, null, true)]
    [InlineData(64, null, true)]
    [InlineData(96, null, true)]
    [InlineData(192, 128, true)]
    [InlineData(256, null, true)]
    [InlineData(192, null, false)]
    [InlineData(80, null, false)]
    public void Take_head_sizes(int size, int? valueSize, bool expected) =>
        Assert.Equal(expected, HopperKernels.Take(EmulatedCuda.Required, s_plain with { HeadSize = size, ValueHeadSize = valueSize }));

    [Fact]
    public void Leave_other_types_and_trees_to_the_other_kernel()
    {
        Assert.False(HopperKernels.Take(EmulatedCuda.Required, s_plain with { ElementType = ElementType.Float32 }));
        Assert.False(HopperKernels.Take(EmulatedCuda.Required, s_plain with { CacheElementType = ElementType.Float8E4M3 }));
        Assert.False(HopperKernels.Take(EmulatedCuda.Required, s_plain with { TreeMask = true }));
    }

    [Theory]
    [InlineData(128, null, null, true)]
    [InlineData(64, null, null, true)]
    [InlineData(96, null, null, false)]
    [InlineData(192, 128, null, true)]
    [InlineData(128, null, ElementType.Float8E4M3, true)]
    [InlineData(64, null, ElementType.Float8E4M3, false)]
    public void Decodes_by_the_copy_engine_have_whole_panels(int size, int? valueSize, ElementType? cache, bool expected)
    {
        AttentionLayerOptions options = s_plain with { HeadSize = size, ValueHeadSize = valueSize, CacheElementType = cache };
        Assert.Equal(expected, TensorDecodeKernel.Takes(EmulatedCuda.Required, options));
        Assert.False(TensorDecodeKernel.Takes(EmulatedCuda.Required, options with { ElementType = ElementType.Float32, CacheElementType = null }));
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(16, 16)]
    [InlineData(128, 128)]
    [InlineData(256, 128)]
    [InlineData(1, 0)]
    [InlineData(24, 0)]
    [InlineData(192, 0)]
    public void Read_pages_in_pieces(int pageSize, int pieceRows)
    {
        Assert.Equal(pieceRows, PageMaps.PieceRows(pageSize, tileKeys: 128));
        ScheduleKey key = new(int.MaxValue, false, false, 128, 1, ScheduledRows.Many, 128, IsForHopper: true);
        Assert.Equal(pieceRows > 0, key.IsFor(pageSize));
        Assert.Equal(pieceRows == 0, (key with { IsForHopper = false }).IsFor(pageSize));
    }
}
