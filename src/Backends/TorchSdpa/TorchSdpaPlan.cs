using static TorchSharp.torch;

namespace AttentionGen.TorchSdpa;

/// <summary>A step's batch as index tensors on the device: what to store, what to gather and what to mask.</summary>
internal sealed class TorchSdpaPlan(AttentionPlanOptions options) : AttentionPlan(options)
{
    private readonly Dictionary<int, TorchSdpaSchedule> _schedules = [];
    private TorchSdpaBatch? _batch;
    private Tensor? _storedRows;
    private Tensor? _storedSlots;

    /// <summary>The rows of the new keys that are stored: int64; null where all are.</summary>
    public Tensor? StoredRows => _storedRows;

    /// <summary>The slots they are stored in: int64; null where none is.</summary>
    public Tensor? StoredSlots => _storedSlots;

    /// <summary>The schedule for layers of one sliding window, made when the first of them asks.</summary>
    public TorchSdpaSchedule ScheduleFor(int? slidingWindow)
    {
        TorchSdpaBatch batch = _batch ?? throw new InvalidOperationException("The plan holds no batch.");

        // A window that reaches past the longest request masks nothing more than causality does.
        int window = batch.Causal && slidingWindow < batch.MaxKeys ? slidingWindow.Value : int.MaxValue;
        if (!_schedules.TryGetValue(window, out TorchSdpaSchedule? schedule))
            _schedules.Add(window, schedule = TorchSdpaSchedule.Create(batch, window, Options.Cache.Device));
        return schedule;
    }

    protected override void UpdateCore(AttentionBatch batch)
    {
        Free();
        using var scope = NewDisposeScope();
        _batch = TorchSdpaBatch.Create(batch, Options.Cache.PageSize);
        ReadOnlySpan<long> mapping = batch.SlotMapping.Span;
        long[] rows = RowsToStore(mapping);
        if (rows.Length == 0)
            return;

        long[] slots = new long[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            slots[i] = mapping[(int)rows[i]];

        _storedSlots = DeviceIndices.Create(slots, Options.Cache.Device).DetachFromDisposeScope();
        if (rows.Length < mapping.Length)
            _storedRows = DeviceIndices.Create(rows, Options.Cache.Device).DetachFromDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Free();
        base.Dispose(disposing);
    }

    private static long[] RowsToStore(ReadOnlySpan<long> mapping)
    {
        List<long> rows = new(mapping.Length);
        for (int row = 0; row < mapping.Length; row++)
        {
            if (mapping[row] >= 0)
                rows.Add(row);
        }

        return [.. rows];
    }

    private void Free()
    {
        foreach (TorchSdpaSchedule schedule in _schedules.Values)
            schedule.Dispose();
        _schedules.Clear();
        _storedRows?.Dispose();
        _storedSlots?.Dispose();
        _storedRows = _storedSlots = null;
        _batch = null;
    }
}
