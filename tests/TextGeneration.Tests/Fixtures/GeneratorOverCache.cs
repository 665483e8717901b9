using AttentionGen;
using TextGeneration.Generation;

namespace TextGeneration.Tests.Fixtures;

/// <summary>A generator with a cache of its own.</summary>
internal sealed class GeneratorOverCache : IDisposable
{
    private readonly PagedKeyValueCache _cache;
    private readonly AttentionPlan _plan;

    /// <summary>Makes the cache and the generator.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How answers are generated.</param>
    /// <param name="pages">The number of pages.</param>
    /// <param name="pageSize">The number of tokens of a page.</param>
    /// <param name="pageOrder">The seed of an order in which pages are handed out; null: from the first to the last.</param>
    public GeneratorOverCache(LoadedModel model, GenerationOptions options, int pages, int pageSize = 16, int? pageOrder = null)
    {
        _cache = model.CreateCache(pages, pageSize);
        _plan = model.CreatePlan(_cache);
        Allocator = new PageAllocator(pages);
        if (pageOrder is { } seed)
            Shuffle(Allocator, new Random(seed));
        Generator = new TextGenerator(model.Model, _cache, Allocator, _plan, options);
    }

    public PageAllocator Allocator { get; }

    public TextGenerator Generator { get; }

    public void Dispose()
    {
        _plan.Dispose();
        _cache.Dispose();
    }

    // Pages are handed out in the order of their release, last first.
    private static void Shuffle(PageAllocator allocator, Random random)
    {
        List<int> pages = [];
        while (allocator.TryAllocate(out int page))
            pages.Add(page);
        int[] order = [.. pages];
        random.Shuffle(order);
        foreach (int page in order)
            allocator.Release(page);
    }
}
