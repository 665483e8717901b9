namespace AttentionGen.Cpu;

/// <summary>One forward pass while it runs: its tensors, and its threads' memory, which is used again by later ones.</summary>
internal sealed unsafe class ForwardPass : IDisposable
{
    private readonly Action<int> _work;
    private readonly NativeBuffer _slots = new();
    private readonly ParallelOptions _parallelism = new();
    private TileScratch[] _scratch = [];
    private int[] _remaining = [];
    private int _next;

    /// <summary>Makes the memory for passes of one plan.</summary>
    public ForwardPass(CpuBatch batch)
    {
        Batch = batch;
        _work = Work;
    }

    public CpuBatch Batch { get; }

    public WorkSchedule Schedule { get; private set; } = null!;

    public LayerConstants Layer { get; private set; } = null!;

    public TileKernels Kernels { get; private set; } = null!;

    public StridedRows Query { get; private set; }

    public StridedRows Output { get; private set; }

    public KeyRows Keys { get; private set; }

    public KeyRows Values { get; private set; }

    /// <summary>Log-sum-exps, or null.</summary>
    public float* LogSumExp { get; private set; }

    public nint LogSumExpHeadStride { get; private set; }

    public nint LogSumExpTokenStride { get; private set; }

    /// <summary>Attends all rows of the step.</summary>
    public void Run(
        WorkSchedule schedule, LayerConstants layer, TileKernels kernels, in AttentionOperands operands, in KeyRows keys, in KeyRows values, int threads)
    {
        if (schedule.Items.Count == 0)
            return;

        Schedule = schedule;
        Layer = layer;
        Kernels = kernels;
        Query = new StridedRows(operands.Query);
        Output = new StridedRows(operands.Output);
        Keys = keys;
        Values = values;
        LogSumExp = operands.LogSumExp.IsDefined ? (float*)operands.LogSumExp.Data : null;
        if (LogSumExp is not null)
        {
            LogSumExpHeadStride = (nint)operands.LogSumExp.Stride(0);
            LogSumExpTokenStride = (nint)operands.LogSumExp.Stride(1);
        }

        int workers = schedule.IsSmall ? 1 : Math.Min(threads, schedule.Items.Count);
        Prepare(workers);
        _next = -1;
        if (workers == 1)
        {
            Work(0);
            return;
        }

        _parallelism.MaxDegreeOfParallelism = workers;
        Parallel.For(0, workers, _parallelism, _work);
    }

    /// <summary>
    /// Where the result of a tile's rows over one chunk waits for the others: output rows, then for each row the maximum and
    /// the sum.
    /// </summary>
    public float* Slot(in RowTile tile, int keyValueHead, int chunk)
    {
        long slot = tile.FirstSlot + ((((long)keyValueHead * tile.ChunkCount) + (chunk - tile.FirstChunk)) * tile.RowCount);
        return (float*)_slots.Reserve(0) + (slot * (_scratch[0].OutputStride + 2));
    }

    /// <summary>Counts an item of a request's tile as done.</summary>
    /// <returns>Whether it was the last one.</returns>
    public bool IsLast(int tile, int keyValueHead) =>
        Interlocked.Decrement(ref _remaining[(tile * Schedule.KeyValueHeads) + keyValueHead]) == 0;

    public void Dispose()
    {
        foreach (TileScratch scratch in _scratch)
            scratch.Dispose();
        _slots.Dispose();
    }

    private void Prepare(int workers)
    {
        if (_scratch.Length < workers)
        {
            int old = _scratch.Length;
            Array.Resize(ref _scratch, workers);
            for (int i = old; i < workers; i++)
                _scratch[i] = new TileScratch();
        }

        for (int i = 0; i < workers; i++)
            _scratch[i].Prepare(Schedule.MaxTileRows, Layer.Options.HeadSize, Layer.ValueHeadSize, Kernels.VectorLength);

        _slots.Reserve((nuint)Schedule.SlotCount * (nuint)(_scratch[0].OutputStride + 2) * sizeof(float));
        int counters = Schedule.Tiles.Count * Schedule.KeyValueHeads;
        if (_remaining.Length < counters)
            _remaining = new int[counters];
        for (int tile = 0; tile < Schedule.Tiles.Count; tile++)
            _remaining.AsSpan(tile * Schedule.KeyValueHeads, Schedule.KeyValueHeads).Fill(Schedule.Tiles[tile].ItemCount);
    }

    private void Work(int worker)
    {
        TileAttention attention = new(this, _scratch[worker]);
        int item;
        while ((item = Interlocked.Increment(ref _next)) < Schedule.Items.Count)
            attention.Run(Schedule.Items[item]);
    }
}
