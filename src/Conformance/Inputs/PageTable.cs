using AttentionGen.Conformance.Cases;

namespace AttentionGen.Conformance.Inputs;

/// <summary>Which pages a case's requests have, in an order that a seed decides.</summary>
internal sealed class PageTable
{
    private readonly int[][] _pages;
    private readonly int _pageSize;

    private PageTable(int[][] pages, int pageCount, int pageSize)
    {
        _pages = pages;
        PageCount = pageCount;
        _pageSize = pageSize;
    }

    /// <summary>The number of pages of the cache; some belong to nobody.</summary>
    public int PageCount { get; }

    public static PageTable Create(AttentionCase attentionCase, ulong seed)
    {
        int pageSize = attentionCase.PageSize, shared = attentionCase.SharedPages;
        int[] own = [.. attentionCase.Requests.Select(request => ((request.Keys + pageSize - 1) / pageSize) - shared)];
        int count = shared + own.Sum(static pages => Math.Max(pages, 0)) + 3;
        int[] shuffled = [.. Enumerable.Range(0, count)];
        new RandomValues(seed).Shuffle(shuffled);

        int next = shared;
        int[][] pages = new int[own.Length][];
        for (int request = 0; request < own.Length; request++)
        {
            int taken = Math.Max(own[request], 0);
            pages[request] = [.. shuffled[..Math.Min(shared, shared + own[request])], .. shuffled[next..(next + taken)]];
            next += taken;
        }

        return new PageTable(pages, count, pageSize);
    }

    /// <summary>The slot of a request's key.</summary>
    public long SlotOf(int request, int key) => ((long)_pages[request][key / _pageSize] * _pageSize) + (key % _pageSize);

    /// <summary>The block table; entries past a request's last page are what must not be followed.</summary>
    public (int[] Table, int MaxBlocks) ToBlockTable()
    {
        int maxBlocks = _pages.Length == 0 ? 0 : _pages.Max(static pages => pages.Length) + 1;
        int[] table = new int[_pages.Length * maxBlocks];
        for (int request = 0; request < _pages.Length; request++)
        {
            Span<int> row = table.AsSpan(request * maxBlocks, maxBlocks);
            row.Fill(request % 2 == 0 ? -1 : int.MaxValue);
            _pages[request].CopyTo(row);
        }

        return (table, maxBlocks);
    }
}
