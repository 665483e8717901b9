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

    private static AttentionBatch SharedPrefix => Valid with
    {
        QueryStartLoc = new[] { 0, 1, 2 }, SeqLens = new[] { 8, 5 }, BlockTable = new[] { 2, 0, 2, 1 }, SlotMapping = new long[] { 3, 4 }, CommonPrefixLength = 4,
    };

    private static AttentionBatch WithoutCache => new()
    {
        QueryStartLoc = new[] { 0, 2, 3 }, SeqLens = new[] { 2, 1 }, BlockTable = default, MaxBlocks = 0, SlotMapping = default, Causal = false, KeysInCache = false,
    };

    private static AttentionBatch Tree(int tokens) => new()
    {
        QueryStartLoc = new[] { 0, tokens }, SeqLens = new[] { tokens }, BlockTable = new int[tokens], MaxBlocks = tokens, SlotMapping = default,
        TreeAncestors = Enumerable.Range(0, tokens).Select(static row => 1UL << row).ToArray(),
    };

    [Fact]
    public void AcceptsTreesCommonPrefixesAndKeysWithoutACache()
    {
        (Valid with { TreeAncestors = new ulong[] { 1, 1, 3, 5 } }).Validate(pages: 3, pageSize: 4);
        (Valid with { TreeAncestors = new ulong[] { 0, 1, 3, 5 } }).Validate(pages: 3, pageSize: 4);
        Tree(AttentionBatch.MaxTreeTokens).Validate(pages: 1, pageSize: 1);
        SharedPrefix.Validate(pages: 3, pageSize: 4);
        WithoutCache.Validate(pages: 3, pageSize: 4);
    }

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
        { "names slot 5 twice", Valid with { SlotMapping = new long[] { 0, 5, 4, 5 } } },
        { "TreeAncestors has 3 entries", Valid with { TreeAncestors = new ulong[] { 1, 1, 3 } } },
        { "request 1, row 1, is 0x1", Valid with { TreeAncestors = new ulong[] { 1, 1, 1, 7 } } },
        { "request 1, row 0, is 0x3", Valid with { TreeAncestors = new ulong[] { 1, 3, 3, 7 } } },
        { "request 1, row 2, is 0x0", Valid with { TreeAncestors = new ulong[] { 1, 1, 3, 0 } } },
        { "not causal", Valid with { TreeAncestors = new ulong[] { 1, 1, 3, 5 }, Causal = false } },
        { "a tree of 65 tokens", Tree(65) },
        { "CommonPrefixLength is 3", SharedPrefix with { CommonPrefixLength = 3 } },
        { "CommonPrefixLength is -4", SharedPrefix with { CommonPrefixLength = -4 } },
        { "request 0 has 7 keys before its queries", SharedPrefix with { CommonPrefixLength = 8 } },
        { "first 1 pages of request 1", SharedPrefix with { CommonPrefixLength = 4, BlockTable = new[] { 2, 0, 1, 0 } } },
        { "slots, blocks or a common prefix", Valid with { KeysInCache = false } },
        { "Request 0 has 2 queries and 3 keys", WithoutCache with { SeqLens = new[] { 3, 1 } } },
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
