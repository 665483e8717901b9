using Xunit;

namespace AttentionGen.Tests.Contract;

public sealed class AttentionBatchBuilderTests
{
    [Fact]
    public void LaysOutRequestsAsVllmDoes()
    {
        AttentionBatchBuilder builder = new(pageSize: 4);
        builder.Add(computedTokens: 6, newTokens: 1, new[] { 9, 3 });
        builder.Add(computedTokens: 0, newTokens: 5, new[] { 1, 7, 2 });
        AttentionBatch batch = builder.Build();

        Assert.Equal([0, 1, 6], batch.QueryStartLoc.ToArray());
        Assert.Equal([7, 5], batch.SeqLens.ToArray());
        Assert.Equal(2, batch.MaxBlocks);
        Assert.Equal([9, 3, 1, 7], batch.BlockTable.ToArray());
        Assert.Equal([14, 4, 5, 6, 7, 28], batch.SlotMapping.ToArray());
        Assert.True(batch.Causal);
        batch.Validate(pages: 10, pageSize: 4);
    }

    [Fact]
    public void ForgetsWhenCleared()
    {
        AttentionBatchBuilder builder = new(pageSize: 4);
        builder.Add(0, 8, new[] { 1, 2 });
        builder.Build();
        builder.Clear();
        builder.Add(0, 1, new[] { 5 });
        AttentionBatch batch = builder.Build();
        Assert.Equal([0, 1], batch.QueryStartLoc.ToArray());
        Assert.Equal([5], batch.BlockTable.ToArray());
        Assert.Equal([20], batch.SlotMapping.ToArray());
    }

    [Fact]
    public void RefusesMoreTokensThanPagesHold()
    {
        AttentionBatchBuilder builder = new(pageSize: 4);
        var error = Assert.Throws<ArgumentException>(() => builder.Add(7, 2, new[] { 1, 2 }));
        Assert.Contains("9 tokens do not fit in 2 pages of 4 tokens", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Add(-1, 2, new[] { 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AttentionBatchBuilder(0));
    }
}
