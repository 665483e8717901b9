using Xunit;

namespace AttentionGen.Tests.Contract;

public sealed class AttentionBatchTests
{
    private static AttentionBatch Valid => new()
    {
        QueryStartLoc = new[] { 0, 1, 4 },
        SeqLens = new[] { 5, 3 },
        BlockTable = new[] { 2, 0, 1, -1 },
        MaxBlocks = 2,
        SlotMapping = new long[] { 0, 4, 5, 6 },
    };

    [Fact]
    public void AcceptsABatchThatAgreesWithItself()
    {
        Valid.Validate(pages: 3, pageSize: 4);
        Assert.Equal(2, Valid.RequestCount);
        Assert.Equal(4, Valid.TokenCount);
    }

    public static TheoryData<string, AttentionBatch> Contradictions() => new()
    {
        { "QueryStartLoc has 2 entries and SeqLens 2", Valid with { QueryStartLoc = new[] { 0, 1 } } },
        { "QueryStartLoc begins with 1", Valid with { QueryStartLoc = new[] { 1, 2, 4 } } },
        { "falls from 3 to 1 at request 1", Valid with { QueryStartLoc = new[] { 0, 3, 1 } } },
        { "Request 1 has 3 queries and 2 keys", Valid with { SeqLens = new[] { 5, 2 } } },
        { "Request 0 has -1 keys", Valid with { SeqLens = new[] { -1, 3 }, QueryStartLoc = new[] { 0, 0, 3 } } },
        { "BlockTable has 3 entries", Valid with { BlockTable = new[] { 2, 0, 1 } } },
        { "names page 3", Valid with { BlockTable = new[] { 2, 3, 1, -1 } } },
        { "names page -1", Valid with { BlockTable = new[] { 2, -1, 1, -1 } } },
        { "take 3 pages of 4 tokens", Valid with { SeqLens = new[] { 9, 3 } } },
        { "take 536870912 pages", Valid with { SeqLens = new[] { int.MaxValue, 3 } } },
        { "names slot 12", Valid with { SlotMapping = new long[] { 0, 4, 5, 12 } } },
        { "names slot -2", Valid with { SlotMapping = new long[] { -2, 4, 5, 6 } } },
        { "BlockTable has 4 entries", Valid with { MaxBlocks = int.MaxValue } },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void RefusesABatchThatContradictsItself(string message, AttentionBatch batch)
    {
        var error = Assert.Throws<ArgumentException>(() => batch.Validate(pages: 3, pageSize: 4));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EntriesPastTheLastPageAreNotRead() =>
        (Valid with { BlockTable = new[] { 2, 0, 1, 99 } }).Validate(pages: 3, pageSize: 4);
}
