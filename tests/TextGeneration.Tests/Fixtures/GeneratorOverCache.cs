using AttentionGen;
using TextGeneration.Generation;
using TextGeneration.Graphs;
using TextGeneration.Speculation;

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
    /// <param name="drafts">Guesses how answers go on, or null.</param>
    /// <param name="recorder">Records the steps that only decode; null: they are run as the others are.</param>
    public GeneratorOverCache(
        LoadedModel model,
        GenerationOptions options,
        int pages,
        int pageSize = 16,
        int? pageOrder = null,
        IDraftSource? drafts = null,
        IStepRecorder? recorder = null)
    {
        _cache = model.CreateCache(pages, pageSize);
        _plan = model.CreatePlan(_cache);
        Allocator = new PageAllocator(pages);
        if (pageOrder is { } seed)
            Shuffle(Allocator, new Random(seed));
        Graphs = recorder is null ? null : model.CreateGraphs(_cache, options.MaxBatch, recorder);
        Generator = new TextGenerator(model.Model, _cache, Allocator, _plan, options, drafts, Graphs);
    }

    public PagedKeyValueCache Cache => _cache;

    public DecodeGraphs? Graphs { get; }

    public PageAllocator Allocator { get; }

    public TextGenerator Generator { get; }

    /// <summary>Answers prompts, after which all pages are free again.</summary>
    public GeneratedAnswers Answer(IReadOnlyList<int[]> prompts)
    {
        int before = Generator.Steps.Requests + Generator.AcceptedTokens;
        GeneratedAnswers answers = GeneratedAnswers.Collect(Generator.Generate(prompts, TestContext.Current.CancellationToken), prompts.Count);
        Assert.Equal(Allocator.PageCount, Allocator.FreeCount);

        // Each step gives a request the guesses that were right and one token more, unless a guess was the answer's end.
        Assert.InRange(Generator.Steps.Requests + Generator.AcceptedTokens - before, answers.Order.Length, answers.Order.Length + prompts.Count);
        return answers;
    }

    public void Dispose()
    {
        Graphs?.Dispose();
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
