using System.Runtime.InteropServices;
using AttentionGen;
using TextGeneration.Speculation;

namespace TextGeneration.Generation;

/// <summary>A prompt that is being answered: its tokens so far and the pages that hold their keys and values.</summary>
internal sealed class GenerationRequest(int prompt, int[] tokens, int maxTokens, Random random)
{
    private readonly List<int> _tokens = [.. tokens];
    private int[] _pages = [];
    private int _reservedPages;
    private int _pageCount;

    /// <summary>The place of the prompt among the prompts.</summary>
    public int Prompt { get; } = prompt;

    /// <summary>The number of tokens at which it ends, the prompt's included.</summary>
    public int MaxLength { get; } = tokens.Length + maxTokens;

    /// <summary>The source of its draws.</summary>
    public Random Random { get; } = random;

    /// <summary>The number of tokens whose keys and values are in the cache.</summary>
    public int Computed { get; private set; }

    /// <summary>All its tokens, the prompt's included.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>The tokens whose keys and values are not in the cache.</summary>
    public ReadOnlySpan<int> NewTokens => Tokens[Computed..];

    /// <summary>Guesses of how it goes on, to be verified in the next step: at least one token after the root; or none.</summary>
    public DraftTree? Draft { get; private set; }

    public int Length => _tokens.Count;

    /// <summary>Takes the pages for all tokens up to <see cref="MaxLength"/>, so that the request cannot run out of them.</summary>
    /// <returns>Whether there were enough; if not, none is taken.</returns>
    public bool TryReserve(PageAllocator allocator, int pageSize)
    {
        int pages = (MaxLength + pageSize - 1) / pageSize;
        if (allocator.FreeCount < pages)
            return false;

        // A draft may reach past the last page.
        _pages = new int[pages + ((DraftTree.MaxNodes + pageSize - 1) / pageSize)];
        while (_pageCount < pages)
            allocator.TryAllocate(out _pages[_pageCount++]);
        _reservedPages = pages;
        return true;
    }

    public void Release(PageAllocator allocator)
    {
        ReleasePagesFrom(0, allocator);
        Draft = null;
    }

    /// <summary>Takes a draft for the next step, and pages for what of it goes past those reserved.</summary>
    /// <param name="draft">The draft. Nodes that there are no pages for are dropped.</param>
    /// <param name="allocator">Hands out the pages.</param>
    /// <param name="pageSize">The number of tokens of a page.</param>
    public void TakeDraft(DraftTree draft, PageAllocator allocator, int pageSize)
    {
        while (_pageCount * pageSize < Computed + draft.Count && allocator.TryAllocate(out int page))
            _pages[_pageCount++] = page;

        draft.Truncate(Math.Min(draft.Count, (_pageCount * pageSize) - Computed));
        Draft = draft.Count > 1 ? draft : null;
    }

    /// <summary>Forgets the draft, and gives its pages back.</summary>
    public void DropDraft(PageAllocator allocator)
    {
        ReleasePagesFrom(_reservedPages, allocator);
        Draft = null;
    }

    /// <summary>The pages that hold its keys and values, in the order of its tokens.</summary>
    public ReadOnlyMemory<int> Pages => _pages.AsMemory(0, _pageCount);

    /// <summary>Notes that the step has stored all tokens, and adds the one that it chose.</summary>
    public void Append(int token)
    {
        Computed = _tokens.Count;
        _tokens.Add(token);
    }

    private void ReleasePagesFrom(int count, PageAllocator allocator)
    {
        while (_pageCount > count)
            allocator.Release(_pages[--_pageCount]);
    }
}
