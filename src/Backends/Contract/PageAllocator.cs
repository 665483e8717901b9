namespace AttentionGen;

/// <summary>
/// Hands out the pages of a cache and takes them back. A page may be shared (a common prefix): it is free again when the
/// last holder has released it. Not thread-safe.
/// </summary>
public sealed class PageAllocator
{
    private readonly int[] _holders;
    private readonly Stack<int> _free;

    /// <summary>Makes an allocator with all pages free.</summary>
    /// <param name="pages">The number of pages.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public PageAllocator(int pages)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pages);
        _holders = new int[pages];
        _free = new Stack<int>(pages);
        for (int page = pages - 1; page >= 0; page--)
            _free.Push(page);
    }

    /// <summary>The number of pages.</summary>
    public int PageCount => _holders.Length;

    /// <summary>The number of free pages.</summary>
    public int FreeCount => _free.Count;

    /// <summary>Takes a free page; the caller holds it.</summary>
    /// <param name="page">The page's number, or -1.</param>
    /// <returns>Whether there was a free page.</returns>
    public bool TryAllocate(out int page)
    {
        if (!_free.TryPop(out page))
        {
            page = -1;
            return false;
        }

        _holders[page] = 1;
        return true;
    }

    /// <summary>Adds a holder to a page that is in use.</summary>
    /// <param name="page">The page's number.</param>
    /// <exception cref="ArgumentException">The page is free or does not exist.</exception>
    public void Retain(int page)
    {
        ThrowUnlessHeld(page);
        _holders[page]++;
    }

    /// <summary>Takes a holder from a page; the last one makes it free.</summary>
    /// <param name="page">The page's number.</param>
    /// <exception cref="ArgumentException">The page is free or does not exist.</exception>
    public void Release(int page)
    {
        ThrowUnlessHeld(page);
        if (--_holders[page] == 0)
            _free.Push(page);
    }

    private void ThrowUnlessHeld(int page)
    {
        if ((uint)page >= (uint)_holders.Length || _holders[page] == 0)
            throw new ArgumentException($"Page {page} is not in use. Pages are held from TryAllocate to the last Release, and the cache has pages 0 to {_holders.Length - 1}.", nameof(page));
    }
}
