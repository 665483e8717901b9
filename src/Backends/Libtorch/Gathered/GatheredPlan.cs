namespace AttentionGen.Libtorch.Gathered;

/// <summary>A step's batch as index tensors on the device: what to store, what to gather and what to mask.</summary>
/// <param name="options">The shape of the cache and of the queries.</param>
/// <param name="rounding">How shapes of padded calls are rounded.</param>
/// <param name="keys">What the backend's layers need.</param>
/// <param name="decodesApart">Whether requests of one query are a varlen call of their own.</param>
internal sealed class GatheredPlan(AttentionPlanOptions options, ShapeRounding rounding, ScheduleKeys keys, bool decodesApart = false)
    : AttentionPlan(options)
{
    private readonly Dictionary<ScheduleKey, IDisposable> _schedules = [];
    private GatheredBatch? _batch;

    /// <summary>What the step stores; null where that is nothing.</summary>
    public StoredRows? Stored { get; private set; }

    /// <summary>The step's requests.</summary>
    public GatheredBatch Batch => _batch ?? throw new InvalidOperationException("The plan holds no batch.");

    /// <summary>The padded calls for layers of one kind.</summary>
    public PaddedSchedule Padded(ScheduleKey key) => (PaddedSchedule)ScheduleFor(key);

    /// <summary>The varlen calls for layers of one kind.</summary>
    public VarlenSchedule Varlen(ScheduleKey key) => (VarlenSchedule)ScheduleFor(key);

    protected override void UpdateCore(AttentionBatch batch)
    {
        Free();
        _batch = GatheredBatch.Create(batch, Options.Cache);
        Stored = StoredRows.Create(batch.SlotMapping.Span, Options.Cache.Device);
        foreach (ScheduleKey key in keys.All)
            _ = ScheduleFor(key);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Free();
        base.Dispose(disposing);
    }

    // A layer that the backend made only after the update, or another backend of the same class, finds none.
    private IDisposable ScheduleFor(ScheduleKey key)
    {
        GatheredBatch batch = Batch;

        // A window that reaches past every request masks nothing.
        int window = key.Window < batch.Span ? key.Window.Value : int.MaxValue;
        ScheduleKey effective = key with { Window = window == int.MaxValue ? null : window, SharesPrefix = key.SharesPrefix && batch.CommonPrefixLength > 0 };
        if (!_schedules.TryGetValue(effective, out IDisposable? schedule))
        {
            schedule = key.Kind == ScheduleKind.Padded
                ? PaddedSchedule.Create(batch, window, key.NeedsPositions, rounding, Options.Cache.Device)
                : VarlenSchedule.Create(batch, window, effective.SharesPrefix, decodesApart, Options.Cache.Device);
            _schedules.Add(effective, schedule);
        }

        return schedule;
    }

    private void Free()
    {
        foreach (IDisposable schedule in _schedules.Values)
            schedule.Dispose();
        _schedules.Clear();
        Stored?.Dispose();
        Stored = null;
        _batch = null;
    }
}
