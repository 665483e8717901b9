using static TorchSharp.torch;

namespace AttentionGen.Cpu;

/// <summary>The schedule of a step on the CPU, and the memory that its forward passes work in.</summary>
internal sealed class CpuAttentionPlan(AttentionPlanOptions options) : AttentionPlan(options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ScheduleKey, WorkSchedule> _schedules = [];
    private readonly Stack<WorkSchedule> _spareSchedules = [];
    private readonly Stack<ForwardPass> _sparePasses = [];

    /// <summary>The step's batch.</summary>
    public CpuBatch Batch { get; } = new();

    /// <summary>The number of threads that the step was scheduled for: libtorch's.</summary>
    public int Threads { get; private set; } = 1;

    /// <summary>The schedule for layers of one sliding window, made when the first of them asks.</summary>
    public WorkSchedule ScheduleFor(AttentionLayerOptions layer)
    {
        ScheduleKey key = new(layer.SlidingWindow ?? int.MaxValue, layer.KeyValueHeads);
        lock (_lock)
        {
            if (!_schedules.TryGetValue(key, out WorkSchedule? schedule))
            {
                if (!_spareSchedules.TryPop(out schedule))
                    schedule = new WorkSchedule();
                schedule.Fill(Batch, key.Window, layer.QueryHeads, key.KeyValueHeads, Threads);
                _schedules.Add(key, schedule);
            }

            return schedule;
        }
    }

    /// <summary>A forward pass's memory, for the caller alone until it is returned.</summary>
    public ForwardPass Rent()
    {
        lock (_lock)
            return _sparePasses.TryPop(out ForwardPass? pass) ? pass : new ForwardPass(Batch);
    }

    public void Return(ForwardPass pass)
    {
        lock (_lock)
            _sparePasses.Push(pass);
    }

    protected override void UpdateCore(AttentionBatch batch)
    {
        Batch.CopyFrom(batch);
        Threads = get_num_threads();
        lock (_lock)
        {
            foreach (WorkSchedule schedule in _schedules.Values)
                _spareSchedules.Push(schedule);
            _schedules.Clear();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            while (_sparePasses.TryPop(out ForwardPass? pass))
                pass.Dispose();
        }

        base.Dispose(disposing);
    }

    private readonly record struct ScheduleKey(int Window, int KeyValueHeads);
}
