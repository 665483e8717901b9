namespace AttentionGen;

/// <summary>
/// The schedule of one step, made once and shared by all layers: vLLM's metadata, FlashInfer's plan. Updating it is the
/// only host work that depends on the batch.
/// </summary>
/// <param name="options">The shape of the cache and of the queries.</param>
public abstract class AttentionPlan(AttentionPlanOptions options) : IDisposable
{
    private BackendDescriptor? _descriptor;

    /// <summary>The shape of the cache and of the queries.</summary>
    public AttentionPlanOptions Options { get; } = options;

    /// <summary>B, the number of requests; 0 before the first <see cref="Update"/>.</summary>
    public int RequestCount { get; private set; }

    /// <summary>T, the number of query rows.</summary>
    public int TokenCount { get; private set; }

    /// <summary>The number of keys and values that the step brings.</summary>
    public int NewKeyCount { get; private set; }

    /// <summary>Whether a query sees only keys up to its own position.</summary>
    public bool Causal { get; private set; } = true;

    /// <summary>Whether the keys lie in the pages of a cache; see <see cref="AttentionBatch.KeysInCache"/>.</summary>
    public bool KeysInCache { get; private set; } = true;

    /// <summary>Whether some rows form a tree; see <see cref="AttentionBatch.TreeAncestors"/>.</summary>
    public bool HasTree { get; private set; }

    /// <summary>The number of leading keys that all requests share.</summary>
    public int CommonPrefixLength { get; private set; }

    /// <summary>Whether a batch has been planned.</summary>
    internal bool IsReady { get; private set; }

    /// <summary>Schedules a batch. The plan may be used for it any number of times, until the next update.</summary>
    /// <param name="batch">The batch; not kept.</param>
    /// <exception cref="ArgumentException">The batch contradicts itself or the cache, or exceeds the capacity; the plan is then not ready for use.</exception>
    /// <exception cref="InvalidOperationException">
    /// The current stream is being captured, or the batch needs more memory than a graph was captured with; see
    /// <see cref="AttentionPlanOptions.Capacity"/>. The plan is then not ready for use.
    /// </exception>
    /// <exception cref="AttentionNotSupportedException">The backend does not declare what the batch asks; the plan is then not ready for use.</exception>
    public void Update(AttentionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        IsReady = false;
        using PlanUpdateObservation observation = new(_descriptor);
        try
        {
            batch.Validate(Options.Cache.Pages, Options.Cache.PageSize);
            Options.Capacity?.ThrowIfExceeded(batch);
            BatchSupportCheck.ThrowIfRefused(batch, _descriptor, Options.Cache.Device.Kind);
            UpdateChecked(batch);
        }
        catch (Exception error)
        {
            observation.Failed(error);
            throw;
        }

        observation.Succeeded(batch);
    }

    /// <summary>Schedules a batch that a plan around this one has checked.</summary>
    internal void UpdateChecked(AttentionBatch batch)
    {
        IsReady = false;
        UpdateCore(batch);
        RequestCount = batch.RequestCount;
        TokenCount = batch.TokenCount;
        NewKeyCount = batch.KeysInCache ? batch.SlotMapping.Length : batch.TokenCount;
        Causal = batch.Causal;
        KeysInCache = batch.KeysInCache;
        HasTree = !batch.TreeAncestors.IsEmpty;
        CommonPrefixLength = batch.CommonPrefixLength;
        IsReady = true;
    }

    /// <summary>Gives the plan the declaration of the backend that made it.</summary>
    internal void Attach(BackendDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>Frees the plan's memory.</summary>
    public void Dispose()
    {
        IsReady = false;
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Schedules a batch that has been checked.</summary>
    /// <param name="batch">The batch; not to be kept.</param>
    protected abstract void UpdateCore(AttentionBatch batch);

    /// <summary>Frees the plan's memory.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/> and not by a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
