using AttentionGen.Flex;
using Xunit;

namespace AttentionGen.Tests.Flex;

/// <summary>What is refused, when, and in what words.</summary>
public sealed class FunctionMessageTests
{
    [Fact]
    public void A_branch_on_a_condition_does_not_compile_and_says_what_to_write()
    {
        foreach (string name in (string[])["op_True", "op_False"])
        {
            ObsoleteAttribute attribute = Assert.IsType<ObsoleteAttribute>(
                Attribute.GetCustomAttribute(typeof(SymbolicBool).GetMethod(name)!, typeof(ObsoleteAttribute)));
            Assert.True(attribute.IsError);
            Assert.Contains("Symbolic.Where", attribute.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_constant_index_outside_a_table_is_refused_at_once()
    {
        FloatTable table = new(1, 2, 3);

        string message = Assert.Throws<ArgumentOutOfRangeException>(() => table[3]).Message;

        Assert.Contains("entries 0 to 2", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => table[-1]);
    }

    [Fact]
    public void The_wrong_number_of_indices_is_refused()
    {
        FloatTable list = new(1, 2, 3), matrix = new(new float[2, 2]);
        SymbolicInt index = ScorePosition.Symbols.Key;

        Assert.Contains("1 dimension and was given 2 indices", Assert.Throws<InvalidOperationException>(() => list[index, index]).Message, StringComparison.Ordinal);
        Assert.Contains("2 dimensions and was given 1 index", Assert.Throws<InvalidOperationException>(() => matrix[index]).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(static () => new IntTable([]));
        Assert.Throws<ArgumentException>(static () => new FloatTable(new float[0, 3]));
    }

    [Fact]
    public void A_division_by_the_constant_zero_is_refused() =>
        Assert.Throws<DivideByZeroException>(static () => ScorePosition.Symbols.Key % 0);

    [Fact]
    public void A_mask_that_uses_a_score_is_refused()
    {
        SymbolicFloat kept = default;
        FunctionGraph.Trace((score, _) => kept = score, null);

        string message = Assert.Throws<ArgumentException>(() => FunctionGraph.Trace(null, _ => kept > 0)).Message;

        Assert.Contains("must not depend on scores", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 2, 4, 100, null)]
    [InlineData(9, 2, 4, 100, "8 entries is indexed by at.Head, and there is a layer with 9 query heads")]
    [InlineData(8, 4, 4, 100, "3 entries is indexed by at.KeyValueHead, and there is a layer with 4 KV heads")]
    [InlineData(8, 2, 6, 100, "5 entries is indexed by at.Request, and there is a batch of 6 requests")]
    [InlineData(8, 2, 4, 101, "100 entries is indexed by at.Query or at.Key, and there is a request of 101 keys")]
    public void A_table_that_is_too_short_for_its_symbol_is_refused(int heads, int keyValueHeads, int requests, int longest, string? expected)
    {
        FloatTable byHead = new(new float[8]), byKeyValueHead = new(new float[3, 2]), byRequest = new(new float[5]);
        IntTable byKey = new(new int[2, 100]);
        TableReach reach = new(FunctionGraph.Trace(
            (score, at) => score + byHead[at.Head] + byKeyValueHead[at.KeyValueHead, 1] + byRequest[at.Request] + byKey[at.Query - at.Key, at.Key], null));
        void Check()
        {
            reach.ThrowIfShorterThanHeads(heads, keyValueHeads);
            reach.ThrowIfShorterThanBatch(requests, longest);
        }

        if (expected is null)
            Check();
        else
            Assert.Contains(expected, Assert.Throws<ArgumentException>(Check).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_computed_index_may_reach_beyond_a_table()
    {
        FloatTable table = new(1, 2, 3);
        TableReach reach = new(FunctionGraph.Trace((score, at) => score + table[at.Query - at.Key] + table[Symbolic.Min(at.Head, 2)], null));

        reach.ThrowIfShorterThanHeads(64, 64);
        reach.ThrowIfShorterThanBatch(100, 100_000);
    }

    [Fact]
    public void A_captured_variable_counts_with_its_value_when_traced()
    {
        int window = 4;
        MaskFunction mask = at => at.Query - at.Key < window;
        BlockMaskShape shape = new() { Queries = 1, Keys = 8, KeyBlockSize = 4 };
        BlockMask before = BlockMask.Create(mask, shape);

        window = 8;

        Assert.Equal(MaskBlock.Empty, before[0, 0, 0, 0]);
        Assert.Equal(MaskBlock.Full, BlockMask.Create(mask, shape)[0, 0, 0, 0]);
    }

    [Fact]
    public void An_expression_reads_as_it_was_written()
    {
        FloatTable slopes = new(1, 2);
        ScorePosition at = ScorePosition.Symbols;

        Assert.Equal("(score - (table[at.Head] * (float)((at.Query - at.Key))))", (new SymbolicFloat(SymbolicNode.Score) - (slopes[at.Head] * (at.Query - at.Key))).ToString());
        Assert.Equal("(!(((at.Key % 2) == 0)) | (at.Head < 3))", ((at.Key % 2 != 0) | (at.Head < 3)).ToString());
    }
}
