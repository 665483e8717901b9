using System.Runtime.InteropServices;
using AttentionGen.Cpu;

namespace AttentionGen.Cuda.Attention;

/// <summary>
/// The schedule of a step on the device: the batch's arrays and the work of each kind of layer, cut on the host in one pass and
/// copied in one copy. Its memory stays where it is from step to step, as long as batches fit, so that a captured graph reads the
/// next step's. Of one stream at a time.
/// </summary>
internal sealed class CudaAttentionPlan : AttentionPlan
{
    private readonly ScheduleKeys _keys;
    private readonly CudaDevice _device;
    private readonly PinnedStagingRing _staging;
    private readonly DeviceBuffer _arrays;
    private readonly DeviceBuffer _partials;
    private readonly List<WorkSchedule> _schedules = [];
    private readonly CpuBatch _batch = new();
    private readonly int _group;
    private readonly int _keyValueHeads;
    private PlanLayout? _layout;
    private bool _isCaptured;
    private long _slots;
    private long _slotsOfFew;

    public CudaAttentionPlan(CudaDevice device, AttentionPlanOptions options, ScheduleKeys keys)
        : base(options)
    {
        _keys = keys;
        _keyValueHeads = options.Cache.KeyValueHeads;
        _group = options.QueryHeads / _keyValueHeads;
        _device = device;
        _staging = new PinnedStagingRing(_device);
        _arrays = new DeviceBuffer(_device);
        _partials = new DeviceBuffer(_device);
    }

    /// <summary>int32 [B + 1].</summary>
    public nint QueryStartLoc => At(Layout.QueryStartLoc);

    /// <summary>int32 [B].</summary>
    public nint SeqLens => At(Layout.SeqLens);

    /// <summary>int32: the pages of the requests, one after another.</summary>
    public nint BlockTable => At(Layout.BlockTable);

    /// <summary>int64, one for each new key.</summary>
    public nint SlotMapping => At(Layout.SlotMapping);

    /// <summary>uint64 [T]; zeros where no request is a tree.</summary>
    public nint TreeAncestors => At(Layout.TreeAncestors);

    /// <summary>int32 [B]: where a request's pages begin in the block table.</summary>
    public nint BlockStart => At(Layout.BlockStart);

    /// <summary>How many requests there may be; those that are not there have no queries.</summary>
    public int RequestCapacity => Layout.Requests;

    /// <summary>The most packed rows that a request of any batch may have, as far as the plan's capacity says.</summary>
    public long RowsPerRequest => Options.Capacity?.QueriesPerRequest is { } queries ? (long)queries * _group : long.MaxValue;

    private PlanLayout Layout => _layout ?? throw new InvalidOperationException("The plan holds no batch.");

    /// <summary>Makes sure that there is the work for layers of one kind; where there was not, memory may move.</summary>
    /// <param name="key">Their kind.</param>
    /// <param name="isCapturing">Whether the launch is being captured.</param>
    /// <exception cref="InvalidOperationException">The layer was made after the plan's update, and a capture is under way.</exception>
    public void Include(ScheduleKey key, bool isCapturing)
    {
        if (IndexOf(key) >= 0)
            return;
        if (isCapturing)
            throw new InvalidOperationException("The plan was updated before the layer was made. Update it again before the capture.");

        // A layer that came after the update, or of another backend of the same class.
        _keys.Add(key);
        Schedule();
    }

    /// <summary>The work for layers of one kind.</summary>
    /// <param name="key">Their kind.</param>
    /// <param name="isCapturing">Whether the launch is being captured, from when on the plan's memory stays as it is.</param>
    /// <exception cref="InvalidOperationException">The layer was made after the plan's update, and a capture is under way.</exception>
    public PlannedSchedule ScheduleFor(ScheduleKey key, bool isCapturing)
    {
        Include(key, isCapturing);
        int index = IndexOf(key);
        _isCaptured |= isCapturing;
        PlanLayout layout = Layout;
        SchedulePlace place = layout.Schedules[index];
        nint counts = At(layout.Counts + (PlanLayout.NumbersOfSchedule * sizeof(int) * index));

        // Launches for few rows and for many may overlap, and keep their partial states apart.
        long firstSlot = key.Rows == ScheduledRows.Few ? 0 : _slotsOfFew;
        return new PlannedSchedule(
            At(place.Items), counts, At(place.FirstItem), counts + (PlanLayout.Turns * sizeof(int)), At(place.Merges),
            counts + (PlanLayout.Merges * sizeof(int)),
            _partials.Address + (nint)(sizeof(float) * (_slots + (firstSlot * ValueHeadSize))), _partials.Address + (nint)(sizeof(float) * firstSlot),
            key.Grid, _schedules[index].Items.Length, _schedules[index].Merges.Length, _schedules[index].SharesKeys);
    }

    protected override void UpdateCore(AttentionBatch batch)
    {
        if (_device.IsCapturing(_device.CurrentStream))
            throw new InvalidOperationException("The plan was updated inside a capture. A replay reads the memory that updates write: update before the capture, and again before each replay.");

        _batch.CopyFrom(batch);
        Schedule();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _staging.Dispose();
            _arrays.Dispose();
            _partials.Dispose();
        }

        base.Dispose(disposing);
    }

    private nint At(int offset) => _arrays.Address + offset;

    private int IndexOf(ScheduleKey key)
    {
        for (int i = 0; i < _schedules.Count; i++)
        {
            if (_schedules[i].Key == key)
                return i;
        }

        return -1;
    }

    private void Schedule()
    {
        foreach (ScheduleKey key in _keys.All)
        {
            if (IndexOf(key) < 0 && key.IsFor(_batch.KeysInCache ? Options.Cache.PageSize : null))
                _schedules.Add(new WorkSchedule(key));
        }

        foreach (WorkSchedule schedule in _schedules)
            schedule.Fill(_batch, _group, _keyValueHeads);
        MakeRoom();
        PlanLayout layout = Layout;
        Write(_staging.Rent(layout.Length), layout);
        _staging.Upload(_arrays.Address, layout.Length, _device.CurrentStream);
    }

    private void MakeRoom()
    {
        if (_layout is { } layout && Fits(layout))
            return;
        if (_isCaptured)
        {
            throw new InvalidOperationException(
                "The batch needs more of the plan's memory than there was when a graph was captured. Make the plan with a Capacity that covers every batch, and its layers before the plan's first update.");
        }

        AttentionPlanCapacity? capacity = Options.Capacity;
        List<ScheduleRoom> rooms = [];
        foreach (WorkSchedule schedule in _schedules)
            rooms.Add(capacity is null ? RoomNow(schedule) : RoomFor(schedule.Key, capacity));
        PlanLayout next = capacity is null
            ? new PlanLayout(
                Grown(_batch.RequestCount, _layout?.Requests), Grown(Rows, _layout?.Tokens), Grown(PageCount(), (int?)_layout?.Pages), rooms)
            : new PlanLayout(capacity.Requests, capacity.Tokens, capacity.Requests * (long)PagesFor(capacity.KeysPerRequest), rooms);
        long few = 0, others = 0;
        foreach (ScheduleRoom room in rooms)
        {
            if (room.Key.Rows == ScheduledRows.Few)
                few = Math.Max(few, room.Slots);
            else
                others = Math.Max(others, room.Slots);
        }

        // Slots of log-sum-exps first, so many that the outputs after them are aligned.
        (few, others) = ((few + 63) / 64 * 64, (others + 63) / 64 * 64);
        _arrays.Reserve(next.Length);
        _partials.Reserve((few + others) * sizeof(float) * (1L + ValueHeadSize));
        _slots = few + others;
        _slotsOfFew = few;
        _layout = next;
    }

    private int ValueHeadSize => Options.Cache.ValueHeadSize ?? Options.Cache.HeadSize;

    private int PagesFor(int keys) => (keys + Options.Cache.PageSize - 1) / Options.Cache.PageSize;

    private int PageCount()
    {
        int count = 0;
        for (int request = 0; request < _batch.RequestCount && _batch.KeysInCache; request++)
            count = checked(count + PagesFor(_batch.KeyCount(request)));
        return count;
    }

    private int Rows => Math.Max(_batch.TokenCount, _batch.SlotMapping.Length);

    private bool Fits(PlanLayout layout)
    {
        if (_batch.RequestCount > layout.Requests || Rows > layout.Tokens || PageCount() > layout.Pages || _schedules.Count != layout.Rooms.Count)
            return false;
        for (int i = 0; i < _schedules.Count; i++)
        {
            ScheduleRoom room = layout.Rooms[i];
            WorkSchedule schedule = _schedules[i];
            if (schedule.Items.Length > room.Items || schedule.Merges.Length > room.Merges || schedule.SlotCount > room.Slots)
                return false;
        }

        return true;
    }

    private static ScheduleRoom RoomNow(WorkSchedule schedule) => new(
        schedule.Key, Grown(schedule.Items.Length, null), Grown(schedule.Merges.Length, null), Grown(schedule.SlotCount, null));

    private ScheduleRoom RoomFor(ScheduleKey key, AttentionPlanCapacity capacity) => new(
        key,
        WorkSchedule.MostItems(key, capacity.Requests, capacity.Tokens, capacity.KeysPerRequest, _group, _keyValueHeads),
        WorkSchedule.MostMerges(key, capacity.Requests, capacity.Tokens, capacity.KeysPerRequest, _group, _keyValueHeads),
        WorkSchedule.MostSlots(key, capacity.Requests, capacity.Tokens, capacity.KeysPerRequest, _group, _keyValueHeads));

    // Half as much again, so that batches that grow by a token a step do not move the memory each time.
    private static int Grown(int needed, int? before) => Math.Max(needed <= before ? before.Value : (int)Math.Min(int.MaxValue, needed * 3L / 2), 16);

    private void Write(Span<byte> memory, PlanLayout layout)
    {
        Span<int> counts = Ints(memory, layout.Counts);
        Span<int> queryStarts = Ints(memory, layout.QueryStartLoc)[..(layout.Requests + 1)];
        _batch.QueryStartLoc.CopyTo(queryStarts);
        queryStarts[(_batch.RequestCount + 1)..].Fill(_batch.TokenCount);
        _batch.SeqLens.CopyTo(Ints(memory, layout.SeqLens));
        Span<int> starts = Ints(memory, layout.BlockStart), table = Ints(memory, layout.BlockTable);
        int pages = 0;
        for (int request = 0; request < _batch.RequestCount && _batch.KeysInCache; request++)
        {
            ReadOnlySpan<int> own = _batch.Pages(request)[..PagesFor(_batch.KeyCount(request))];
            own.CopyTo(table[pages..]);
            starts[request] = pages;
            pages += own.Length;
        }

        // A captured launch stores as many rows as there were then: those of this step, and nothing for the others.
        Span<long> slots = MemoryMarshal.Cast<byte, long>(memory[layout.SlotMapping..])[..layout.Tokens];
        _batch.SlotMapping.CopyTo(slots);
        slots[_batch.SlotMapping.Length..].Fill(-1);
        Span<ulong> ancestors = MemoryMarshal.Cast<byte, ulong>(memory[layout.TreeAncestors..])[..layout.Tokens];
        ancestors.Clear();
        _batch.TreeAncestors.CopyTo(ancestors);
        for (int i = 0; i < _schedules.Count; i++)
        {
            WorkSchedule schedule = _schedules[i];
            SchedulePlace place = layout.Schedules[i];
            Span<int> numbers = counts[(i * PlanLayout.NumbersOfSchedule)..][..PlanLayout.NumbersOfSchedule];
            numbers.Clear();
            numbers[0] = schedule.Items.Length;
            numbers[PlanLayout.Merges] = schedule.Merges.Length;
            numbers[PlanLayout.MostRows] = schedule.MostMergedRows;
            numbers[PlanLayout.BlocksInTurn] = schedule.BlocksInTurn;
            schedule.Items.CopyTo(MemoryMarshal.Cast<byte, WorkItem>(memory[place.Items..]));
            schedule.Merges.CopyTo(MemoryMarshal.Cast<byte, MergeItem>(memory[place.Merges..]));
            schedule.FirstItem.CopyTo(Ints(memory, place.FirstItem));
        }
    }

    private static Span<int> Ints(Span<byte> memory, int offset) => MemoryMarshal.Cast<byte, int>(memory[offset..]);
}
