using static TorchSharp.torch;

namespace AttentionGen.Cuda.Attention;

/// <summary>
/// One attention layer on our own kernels: the new keys and values are stored, one launch attends to the pages of all requests,
/// decodes and prompts together, and a second merges the rows whose keys were cut. In a specialised layer requests of few rows
/// and those of many are launches of their own, each of the kernel that is best for them, and beside each other where the device can.
/// A forward pass allocates nothing, waits for nothing, and may be captured.
/// </summary>
internal sealed class CudaAttentionLayer : AttentionLayer
{
    private readonly PagedKernels _kernels;
    private readonly HopperKernels? _hopper;
    private readonly bool _isSpecialised;
    private readonly bool _sharesPrefix;
    private readonly ScheduleKey _all;
    private readonly ScheduleKey _few;
    private readonly ScheduleKey _many;
    private readonly ScheduleKey _manyOnHopper;
    private readonly DeviceBuffer _constants;
    private readonly nint _alibiSlopes;
    private readonly nint _sinks;
    private readonly int _valueHeadSize;
    private readonly float _scale;

    /// <summary>Makes a layer; its kernels are compiled where they are not in the cache.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">What the layer computes.</param>
    /// <param name="keys">The schedules of the backend, to which the layer's are added.</param>
    /// <param name="isSpecialised">
    /// Whether requests of few rows and of many go to kernels of their own, the latter to <see cref="HopperKernels"/> where they take them.
    /// </param>
    public CudaAttentionLayer(CudaDevice device, AttentionLayerOptions options, ScheduleKeys keys, bool isSpecialised = false)
        : base(options)
    {
        _kernels = new PagedKernels(device, options, isSpecialised);
        _isSpecialised = isSpecialised;
        _sharesPrefix = options is { Cascade: true, SlidingWindow: null, BatchInvariance: false };
        _all = new ScheduleKey(
            options.SlidingWindow ?? int.MaxValue, options.BatchInvariance, _sharesPrefix, _kernels.Attend.PrefillRows, _kernels.Attend.Grid);
        if (_sharesPrefix || !isSpecialised)
            keys.Add(_all);
        if (isSpecialised)
        {
            if (HopperKernels.Take(device, options))
                _hopper = new HopperKernels(device, options);
            bool runsBeside = _hopper is not null && device.OverlapsLaunches;
            _few = _all with { SharesPrefix = false, Rows = ScheduledRows.Few, Grid = _kernels.Decode.Grid, RunsBeside = runsBeside };
            _many = _all with { SharesPrefix = false, Rows = ScheduledRows.Many, TileKeys = _hopper?.TileKeys ?? 0 };
            keys.Add(_few);
            keys.Add(_many);
            if (_hopper is not null)
            {
                _manyOnHopper = _many with { PrefillRows = _hopper.Rows, Grid = _hopper.Grid, IsForHopper = true, RunsBeside = runsBeside };
                keys.Add(_manyOnHopper);
            }
        }

        _valueHeadSize = KernelMacros.ValueHeadSize(options);
        _scale = options.EffectiveScale;
        _constants = new DeviceBuffer(_kernels.Device);
        if (options.AlibiSlopes.IsEmpty && options.Sinks.IsEmpty)
            return;

        using var scope = NewDisposeScope();
        int heads = options.QueryHeads;
        _constants.Reserve(2L * heads * sizeof(float), isZeroed: true);
        Tensor target = Libtorch.LibtorchTensor.Borrow(TensorView.FromPointer(_constants.Address, ElementType.Float32, device.Memory.Kind, device.Memory.Index, [2, heads]));
        if (!options.AlibiSlopes.IsEmpty)
        {
            target[0].copy_(tensor(options.AlibiSlopes.ToArray()));
            _alibiSlopes = _constants.Address;
        }

        if (!options.Sinks.IsEmpty)
        {
            target[1].copy_(tensor(options.Sinks.ToArray()));
            _sinks = _constants.Address + (heads * sizeof(float));
        }
    }

    protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        if (plan is not CudaAttentionPlan cudaPlan)
            throw new ArgumentException($"The plan is a {plan.GetType().Name}. It must be made by the same backend as the layer.", nameof(plan));
        if (cudaPlan.TokenCount == 0 && cudaPlan.NewKeyCount == 0)
            return;

        CudaDevice device = _kernels.Device;
        nint stream = device.CurrentStream;
        Launches launches = new(stream, device.IsCapturing(stream), device.OverlapsLaunches);
        if (cache is not null && cudaPlan.NewKeyCount > 0)
            Store(in operands, cache, cudaPlan, ref launches);
        if (cudaPlan.TokenCount > 0)
        {
            if (!_isSpecialised || SharesKeys(cudaPlan, launches.IsCapturing))
                AttendToAll(in operands, cache, cudaPlan, ref launches);
            else
                AttendToFewAndMany(in operands, cache, cudaPlan, ref launches);
        }

        operands.Query.KeepAlive();
        operands.Key.KeepAlive();
        operands.Value.KeepAlive();
        operands.Output.KeepAlive();
        operands.LogSumExp.KeepAlive();
        GC.KeepAlive(cache);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _constants.Dispose();
        base.Dispose(disposing);
    }

    private void Store(in AttentionOperands operands, KeyValueCacheLayer cache, CudaAttentionPlan plan, ref Launches launches)
    {
        TensorView keys = cache.Keys, values = cache.Values;
        int heads = Options.KeyValueHeads, tokens = plan.NewKeyCount;
        int size = Options.ElementType.SizeInBytes(), unit = 16 / size * keys.ElementType.SizeInBytes();
        bool isAligned = AreRowsAligned(operands.Key, 16) && AreRowsAligned(operands.Value, 16) && AreRowsAligned(keys, unit) && AreRowsAligned(values, unit)
            && Options.HeadSize * size % 16 == 0 && _valueHeadSize * size % 16 == 0;
        CacheStoreParameters parameters = new()
        {
            NewKeys = operands.Key.Data,
            NewValues = operands.Value.Data,
            Keys = keys.Data,
            Values = values.Data,
            SlotMapping = plan.SlotMapping,
            NewKeyTokenStride = operands.Key.Stride(0),
            NewKeyHeadStride = operands.Key.Stride(1),
            NewValueTokenStride = operands.Value.Stride(0),
            NewValueHeadStride = operands.Value.Stride(1),
            KeyPageStride = keys.Stride(0),
            KeyTokenStride = keys.Stride(1),
            KeyHeadStride = keys.Stride(2),
            ValuePageStride = values.Stride(0),
            ValueTokenStride = values.Stride(1),
            ValueHeadStride = values.Stride(2),
            Tokens = tokens,
            Heads = heads,
            PageSize = cache.Options.PageSize,
            KeyScale = Options.KeyScale,
            ValueScale = Options.ValueScale,
            IsAligned = isAligned ? 1 : 0,
        };
        LaunchShape shape = new((int)((((long)tokens * heads) + PagedKernels.StoreRows - 1) / PagedKernels.StoreRows), PagedKernels.StoreThreads);
        launches.Launch(_kernels.Store!, shape, parameters);
    }

    // 0 where the kernel for Hopper does not take the step.
    private int PieceRowsOf(in AttentionOperands operands, KeyValueCacheLayer? cache)
    {
        if (_hopper is null)
            return 0;
        if (cache is not null)
            return PageMaps.PieceRows(cache.Options.PageSize, _hopper.TileKeys);
        return HopperKernels.CanRead(operands.Key) && HopperKernels.CanRead(operands.Value) ? _hopper.TileKeys : 0;
    }

    // Where a replay may share keys, all of a step is one launch.
    private bool SharesKeys(CudaAttentionPlan plan, bool isCapturing) => _sharesPrefix && (isCapturing || plan.ScheduleFor(_all, false).SharesKeys);

    private PagedKernel KernelFor(in AttentionOperands operands, KeyValueCacheLayer? cache) =>
        cache is null && !(AreRowsAligned(operands.Key, 16) && AreRowsAligned(operands.Value, 16)) ? _kernels.AttendAnywhere! : _kernels.Attend;

    private void AttendToAll(in AttentionOperands operands, KeyValueCacheLayer? cache, CudaAttentionPlan plan, ref Launches launches)
    {
        PlannedSchedule schedule = plan.ScheduleFor(_all, launches.IsCapturing);
        Attend(in operands, cache, plan, schedule, KernelFor(in operands, cache), ref launches);
        Combine(in operands, plan, schedule, ref launches);
    }

    // Prompts first: they take some of the multiprocessors, and decodes the others at the same time, and all when prompts have ended.
    private void AttendToFewAndMany(in AttentionOperands operands, KeyValueCacheLayer? cache, CudaAttentionPlan plan, ref Launches launches)
    {
        PlannedSchedule many = default;
        bool isBeside = false;
        plan.Include(_few, launches.IsCapturing);
        if (plan.RowsPerRequest > PagedKernels.DecodeRows)
        {
            int pieceRows = PieceRowsOf(in operands, cache);
            many = plan.ScheduleFor(pieceRows > 0 ? _manyOnHopper : _many, launches.IsCapturing);
            isBeside = pieceRows > 0
                ? AttendOnHopper(in operands, cache, plan, many, pieceRows, ref launches)
                : Attend(in operands, cache, plan, many, KernelFor(in operands, cache), ref launches);
        }

        PlannedSchedule few = plan.ScheduleFor(_few, launches.IsCapturing);
        AttendToFew(in operands, cache, plan, few, ref launches, isBeside && launches.Overlap);
        Combine(in operands, plan, many, ref launches);
        Combine(in operands, plan, few, ref launches);
    }

    private void AttendToFew(
        in AttentionOperands operands, KeyValueCacheLayer? cache, CudaAttentionPlan plan, in PlannedSchedule schedule, ref Launches launches, bool isBeside)
    {
        if (cache is null || _kernels.TensorDecode is not { } decode || PageMaps.PieceRows(cache.Options.PageSize, decode.Kernel.DecodeKeys) is not (> 0 and int pieceRows))
        {
            Attend(in operands, cache, plan, schedule, cache is null ? KernelFor(in operands, cache) : _kernels.Decode, ref launches, isBeside);
            return;
        }

        if (!HasWork(schedule, launches))
            return;
        HopperParameters parameters = new() { Attention = ParametersOf(in operands, cache, plan, schedule) };
        parameters.Attention.OverlapsPrevious = isBeside ? 1 : 0;
        decode.Maps.Write(cache.Keys, cache.Values, pieceRows, ref parameters);
        launches.Launch(
            decode.Kernel.Kernel, new LaunchShape(schedule.Grid, PagedKernels.AttentionThreads) { SharedMemory = decode.Kernel.SharedMemory }, parameters);
    }

    // A replay may have work, and cut rows, where the captured step had none.
    private static bool HasWork(in PlannedSchedule schedule, in Launches launches) => schedule.ItemsNow > 0 || launches.IsCapturing;

    private bool Attend(
        in AttentionOperands operands, KeyValueCacheLayer? cache, CudaAttentionPlan plan, in PlannedSchedule schedule, PagedKernel kernel, ref Launches launches, bool isBeside = false)
    {
        if (!HasWork(schedule, launches))
            return false;
        AttentionParameters parameters = ParametersOf(in operands, cache, plan, schedule);
        parameters.OverlapsPrevious = isBeside ? 1 : 0;
        launches.Launch(kernel.Kernel, new LaunchShape(schedule.Grid, PagedKernels.AttentionThreads) { SharedMemory = kernel.SharedMemory }, parameters);
        return true;
    }

    private bool AttendOnHopper(
        in AttentionOperands operands, KeyValueCacheLayer? cache, CudaAttentionPlan plan, in PlannedSchedule schedule, int pieceRows, ref Launches launches)
    {
        if (!HasWork(schedule, launches))
            return false;
        HopperParameters parameters = new() { Attention = ParametersOf(in operands, cache, plan, schedule) };
        _hopper!.Maps.Write(cache is null ? operands.Key : cache.Keys, cache is null ? operands.Value : cache.Values, pieceRows, ref parameters);
        launches.Launch(_hopper.Attend, new LaunchShape(schedule.Grid, HopperKernels.Threads) { SharedMemory = _hopper.SharedMemory }, parameters);
        return true;
    }

    private AttentionParameters ParametersOf(in AttentionOperands operands, KeyValueCacheLayer? cache, CudaAttentionPlan plan, in PlannedSchedule schedule)
    {
        TensorView query = operands.Query, output = operands.Output;
        AttentionParameters parameters = new()
        {
            Query = query.Data,
            Output = output.Data,
            QueryStartLoc = plan.QueryStartLoc,
            SeqLens = plan.SeqLens,
            TreeAncestors = plan.HasTree || Options.TreeMask ? plan.TreeAncestors : 0,
            AlibiSlopes = _alibiSlopes,
            Sinks = _sinks,
            Items = schedule.Items,
            ItemCount = schedule.ItemCount,
            FirstItem = schedule.FirstItem,
            Tickets = schedule.Tickets,
            PartialOutput = schedule.PartialOutput,
            PartialLogSumExp = schedule.PartialLogSumExp,
            QueryTokenStride = query.Stride(0),
            QueryHeadStride = query.Stride(1),
            OutputTokenStride = output.Stride(0),
            OutputHeadStride = output.Stride(1),
            Requests = plan.RequestCapacity,
            Group = Options.QueryHeads / Options.KeyValueHeads,
            Causal = plan.Causal ? 1 : 0,
            Window = _all.Window,
            Scale = _scale,
            KeyScale = 1,
            ValueScale = 1,
            SoftCap = Options.SoftCap ?? 0,
            QueryIsAligned = AreRowsAligned(query, 16) ? 1 : 0,
            OutputIsAligned = AreRowsAligned(output, 2 * output.ElementType.SizeInBytes()) ? 1 : 0,
        };
        if (operands.LogSumExp.IsDefined)
        {
            parameters.LogSumExp = operands.LogSumExp.Data;
            parameters.LogSumExpHeadStride = operands.LogSumExp.Stride(0);
            parameters.LogSumExpTokenStride = operands.LogSumExp.Stride(1);
        }

        if (cache is null)
        {
            TensorView keys = operands.Key, values = operands.Value;
            parameters.Keys = keys.Data;
            parameters.Values = values.Data;
            parameters.KeyTokenStride = keys.Stride(0);
            parameters.KeyHeadStride = keys.Stride(1);
            parameters.ValueTokenStride = values.Stride(0);
            parameters.ValueHeadStride = values.Stride(1);
            parameters.PageSize = 1;
        }
        else
        {
            TensorView keys = cache.Keys, values = cache.Values;
            parameters.Keys = keys.Data;
            parameters.Values = values.Data;
            parameters.BlockTable = plan.BlockTable;
            parameters.BlockStart = plan.BlockStart;
            parameters.KeyPageStride = keys.Stride(0);
            parameters.KeyTokenStride = keys.Stride(1);
            parameters.KeyHeadStride = keys.Stride(2);
            parameters.ValuePageStride = values.Stride(0);
            parameters.ValueTokenStride = values.Stride(1);
            parameters.ValueHeadStride = values.Stride(2);
            parameters.PageSize = cache.Options.PageSize;
            parameters.KeyScale = Options.KeyScale;
            parameters.ValueScale = Options.ValueScale;
        }

        return parameters;
    }

    private void Combine(in AttentionOperands operands, CudaAttentionPlan plan, in PlannedSchedule schedule, ref Launches launches)
    {
        if (schedule.MergesNow == 0 && (schedule.Merges == 0 || !launches.IsCapturing))
            return;
        TensorView output = operands.Output;
        CombineParameters parameters = new()
        {
            PartialOutput = schedule.PartialOutput,
            PartialLogSumExp = schedule.PartialLogSumExp,
            Output = output.Data,
            QueryStartLoc = plan.QueryStartLoc,
            Sinks = _sinks,
            Items = schedule.Merges,
            ItemCount = schedule.MergeCount,
            OutputTokenStride = output.Stride(0),
            OutputHeadStride = output.Stride(1),
            Group = Options.QueryHeads / Options.KeyValueHeads,
        };
        if (operands.LogSumExp.IsDefined)
        {
            parameters.LogSumExp = operands.LogSumExp.Data;
            parameters.LogSumExpHeadStride = operands.LogSumExp.Stride(0);
            parameters.LogSumExpTokenStride = operands.LogSumExp.Stride(1);
        }

        launches.Launch(_kernels.Combine, new LaunchShape(8 * _kernels.Device.MultiprocessorCount, PagedKernels.AttentionThreads), parameters);
    }

    /// <summary>Whether every row of a tensor's last dimension begins at a multiple of so many bytes.</summary>
    private static bool AreRowsAligned(in TensorView tensor, int bytes)
    {
        int size = tensor.ElementType.SizeInBytes();
        long all = tensor.Data;
        for (int i = 0; i < tensor.Rank - 1; i++)
        {
            if (tensor.Size(i) > 1)
                all |= tensor.Stride(i) * size;
        }

        return all % bytes == 0;
    }
}
