using AttentionGen;

namespace TextGeneration.Generation;

/// <summary>A prompt that is being answered: its tokens so far and the pages that hold their keys and values.</summary>
internal sealed class GenerationRequest(int prompt, int[] tokens, int maxTokens, Random random)
{
    private readonly List<int> _tokens = [.. tokens];
    private int[] _pages = [];

    /// <summary>The place of the prompt among the prompts.</summary>
    public int Prompt { get; } = prompt;

    /// <summary>The number of tokens at which it ends, the prompt's included.</summary>
    public int MaxLength { get; } = tokens.Length + maxTokens;

    /// <summary>The source of its draws.</summary>
    public Random Random { get; } = random;

    /// <summary>The number of tokens whose keys and values are in the cache.</summary>
    public int Computed { get; private set; }

    /// <summary>The tokens that are not.</summary>
    public ReadOnlySpan<int> NewTokens => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tokens)[Computed..];

    public int Length => _tokens.Count;

    /// <summary>Takes the pages for all tokens up to <see cref="MaxLength"/>, so that the request cannot run out of them.</summary>
    /// <returns>Whether there were enough; if not, none is taken.</returns>
    public bool TryReserve(PageAllocator allocator, int pageSize)
    {
        int pages = (MaxLength + pageSize - 1) / pageSize;
        if (allocator.FreeCount < pages)
            return false;

        _pages = new int[pages];
        foreach (ref int page in _pages.AsSpan())
            allocator.TryAllocate(out page);
        return true;
    }

    public void Release(PageAllocator allocator)
    {
        foreach (int page in _pages)
            allocator.Release(page);
        _pages = [];
    }

    /// <summary>The pages that hold its keys and values, in the order of its tokens.</summary>
    public ReadOnlyMemory<int> Pages => _pages;

    /// <summary>Notes that the step has stored all tokens, and adds the one that it chose.</summary>
    public void Append(int token)
    {
        Computed = _tokens.Count;
        _tokens.Add(token);
    }
}
