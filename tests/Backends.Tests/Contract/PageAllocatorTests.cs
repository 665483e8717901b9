using Xunit;

namespace AttentionGen.Tests.Contract;

public sealed class PageAllocatorTests
{
    [Fact]
    public void HandsOutEachPageOnceUntilReleased()
    {
        PageAllocator allocator = new(3);
        HashSet<int> pages = [];
        while (allocator.TryAllocate(out int page))
            Assert.True(pages.Add(page));
        Assert.Equal([0, 1, 2], pages.Order());
        Assert.Equal(0, allocator.FreeCount);

        allocator.Release(1);
        Assert.True(allocator.TryAllocate(out int again));
        Assert.Equal(1, again);
    }

    [Fact]
    public void FreesASharedPageWithItsLastHolder()
    {
        PageAllocator allocator = new(1);
        Assert.True(allocator.TryAllocate(out int page));
        allocator.Retain(page);
        allocator.Release(page);
        Assert.False(allocator.TryAllocate(out _));
        allocator.Release(page);
        Assert.True(allocator.TryAllocate(out _));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void RefusesAPageThatNobodyHolds(int page)
    {
        PageAllocator allocator = new(1);
        Assert.Throws<ArgumentException>(() => allocator.Release(page));
        Assert.Throws<ArgumentException>(() => allocator.Retain(page));
    }
}
