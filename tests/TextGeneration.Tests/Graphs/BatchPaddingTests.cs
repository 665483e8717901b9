using AttentionGen;
using TextGeneration.Graphs;

namespace TextGeneration.Tests.Graphs;

public sealed class BatchPaddingTests
{
    private const int PageSize = 4, Pages = 9;

    [Fact]
    public void Requests_after_the_own_store_nothing_and_read_a_key_that_is_there()
    {
        AttentionBatch batch = Decodes((6, [5, 2, 7]), (0, [3]));
        AttentionBatch padded = BatchPadding.Pad(batch, 4);
        padded.Validate(Pages, PageSize);
        Assert.Equal([0, 1, 2, 3, 4], padded.QueryStartLoc.ToArray());
        Assert.Equal([7, 1, 1, 1], padded.SeqLens.ToArray());
        Assert.Equal([(2 * PageSize) + 2, 3 * PageSize, -1, -1], padded.SlotMapping.ToArray());
        Assert.Equal(batch.MaxBlocks, padded.MaxBlocks);
        Assert.Equal(5, padded.BlockTable.Span[2 * padded.MaxBlocks]);
        Assert.Equal(5, padded.BlockTable.Span[3 * padded.MaxBlocks]);
        Assert.Equal(batch.BlockTable.ToArray(), padded.BlockTable[..batch.BlockTable.Length].ToArray());
    }

    [Fact]
    public void A_batch_of_the_size_stays_as_it_is()
    {
        AttentionBatch batch = Decodes((6, [5, 2]), (0, [3]));
        Assert.Same(batch, BatchPadding.Pad(batch, 2));
    }

    private static AttentionBatch Decodes(params (int Computed, int[] Pages)[] requests)
    {
        AttentionBatchBuilder builder = new(PageSize);
        foreach ((int computed, int[] pages) in requests)
            builder.Add(computed, 1, pages);
        return builder.Build();
    }
}
