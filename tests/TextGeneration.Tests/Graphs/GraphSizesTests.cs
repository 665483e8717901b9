using TextGeneration.Graphs;

namespace TextGeneration.Tests.Graphs;

public sealed class GraphSizesTests
{
    [Fact]
    public void Powers_of_two_and_the_middles_between_them() => Assert.Equal(
        [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256],
        Enumerable.Range(1, 256).Select(static requests => GraphSizes.For(requests, 1000)).Distinct());

    [Fact]
    public void The_most_requests_are_a_size() => Assert.Equal(
        [1, 2, 4, 8, 12, 16, 20], Enumerable.Range(1, 20).Select(static requests => GraphSizes.For(requests, 20)).Distinct());

    [Fact]
    public void At_most_three_rows_of_eight_are_padding() => Assert.All(
        Enumerable.Range(1, 5000), static requests => Assert.InRange(GraphSizes.For(requests, int.MaxValue), requests, requests * 8 / 5));

    [Fact]
    public void The_largest() => Assert.Equal(int.MaxValue, GraphSizes.For(int.MaxValue, int.MaxValue));

    [Theory]
    [InlineData(0, 8)]
    [InlineData(9, 8)]
    public void More_than_the_most_or_none_is_refused(int requests, int most) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphSizes.For(requests, most));
}
