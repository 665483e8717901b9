namespace AttentionGen.TorchSdpa;

/// <summary>One request of a step.</summary>
/// <param name="FirstRow">The first of its query rows.</param>
/// <param name="Queries">The number of its query rows.</param>
/// <param name="Keys">The number of its keys.</param>
/// <param name="Pages">The pages of its keys.</param>
/// <param name="PageSize">The number of tokens of a page.</param>
internal sealed record TorchSdpaRequest(int FirstRow, int Queries, int Keys, int[] Pages, int PageSize)
{
    /// <summary>The cache slot of a key.</summary>
    public long SlotOf(int position) => ((long)Pages[position / PageSize] * PageSize) + (position % PageSize);
}
