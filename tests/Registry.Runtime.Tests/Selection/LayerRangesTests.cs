namespace AttentionGen.Tests;

public sealed class LayerRangesTests
{
    [Theory]
    [InlineData("0", "0", new[] { 0 })]
    [InlineData("0-3,7", "0-3,7", new[] { 0, 1, 2, 3, 7 })]
    [InlineData(" 2 - 4 , 6-6 ", "2-4,6", new[] { 2, 3, 4, 6 })]
    [InlineData("5,1,5", "5,1,5", new[] { 1, 5 })]
    public void Numbers_and_ranges_are_read_and_both_ends_belong_to_a_range(string text, string written, int[] layers)
    {
        LayerRanges ranges = LayerRanges.Parse(text);

        Assert.Equal(layers, Enumerable.Range(0, 20).Where(ranges.Contains));
        Assert.Equal(written, ranges.ToString());
        Assert.Equal(ranges, LayerRanges.Parse(ranges.ToString()));
        Assert.Equal(ranges.GetHashCode(), LayerRanges.Parse(written).GetHashCode());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("all")]
    [InlineData("-1")]
    [InlineData("3-")]
    [InlineData("3-1")]
    [InlineData("1,")]
    [InlineData(",1")]
    [InlineData("1,,2")]
    [InlineData("1-2-3")]
    [InlineData("1.5")]
    [InlineData("+1")]
    [InlineData("99999999999")]
    public void What_is_no_set_of_layers_is_refused(string? text)
    {
        Assert.False(LayerRanges.TryParse(text, null, out LayerRanges? ranges));
        Assert.Null(ranges);
        if (text is not null)
            Assert.Contains($"'{text}' is no set of layers", Assert.Throws<FormatException>(() => LayerRanges.Parse(text)).Message, StringComparison.Ordinal);
    }
}
