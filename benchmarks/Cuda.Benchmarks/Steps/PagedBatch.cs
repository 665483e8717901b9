namespace AttentionGen.Cuda.Benchmarks.Steps;

/// <summary>The batch of a step whose requests fill their pages.</summary>
internal static class PagedBatch
{
    /// <summary>The numbers of a cache's pages in a random order, always the same one.</summary>
    public static int[] DealPages(int count)
    {
        int[] pages = [.. Enumerable.Range(0, count)];
        new Random(3).Shuffle(pages);
        return pages;
    }

    /// <summary>The batch.</summary>
    /// <param name="options">The step.</param>
    /// <param name="pages">The pages of all requests, one request's after another's.</param>
    public static AttentionBatch Create(PagedStepOptions options, int[] pages)
    {
        AttentionBatchBuilder builder = new(options.PageSize);
        int next = 0;
        foreach (StepRequest request in options.Shape.Requests)
        {
            int count = request.Keys / options.PageSize;
            builder.Add(request.Keys - request.Queries, request.Queries, pages.AsMemory(next, count));
            next += count;
        }

        AttentionBatch batch = builder.Build();
        return options.Stores ? batch : batch with { SlotMapping = default };
    }
}
