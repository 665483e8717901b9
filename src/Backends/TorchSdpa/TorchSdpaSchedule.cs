namespace AttentionGen.TorchSdpa;

/// <summary>How a batch is cut into calls of scaled dot product attention, for layers of one sliding window.</summary>
internal sealed class TorchSdpaSchedule : IDisposable
{
    private TorchSdpaSchedule(DecodeGroup[] decodes, PrefillStep[] prefills, TorchSharp.torch.Tensor? emptyRows)
    {
        Decodes = decodes;
        Prefills = prefills;
        EmptyRows = emptyRows;
    }

    /// <summary>Requests of one query each, together.</summary>
    public DecodeGroup[] Decodes { get; }

    /// <summary>Requests of several queries, one by one.</summary>
    public PrefillStep[] Prefills { get; }

    /// <summary>The query rows of requests without a single key: int64; null where there are none.</summary>
    public TorchSharp.torch.Tensor? EmptyRows { get; }

    public static TorchSdpaSchedule Create(TorchSdpaBatch batch, int window, AttentionDevice device)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        List<TorchSdpaRequest> decodes = [];
        List<PrefillStep> prefills = [];
        List<long> emptyRows = [];
        foreach (TorchSdpaRequest request in batch.Requests)
        {
            if (request.Keys == 0)
            {
                for (int row = 0; row < request.Queries; row++)
                    emptyRows.Add(request.FirstRow + row);
            }
            else if (request.Queries == 1)
            {
                decodes.Add(request);
            }
            else
            {
                prefills.Add(PrefillStep.Create(request, batch, window, device));
            }
        }

        return new TorchSdpaSchedule(
            DecodeGroup.CreateAll(decodes, batch.TokenCount, window, device),
            [.. prefills],
            emptyRows.Count == 0 ? null : DeviceIndices.Create([.. emptyRows], device).DetachFromDisposeScope());
    }

    public void Dispose()
    {
        foreach (DecodeGroup group in Decodes)
            group.Dispose();
        foreach (PrefillStep step in Prefills)
            step.Dispose();
        EmptyRows?.Dispose();
    }
}
