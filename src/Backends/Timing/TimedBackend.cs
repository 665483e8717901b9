using System.Diagnostics;
using static TorchSharp.torch;

namespace AttentionGen.Timing;

/// <summary>A backend made ready for a step, and its samples.</summary>
internal sealed class TimedBackend : IDisposable
{
    private readonly StepInputs _inputs;
    private readonly PagedAttentionBackend _backend;
    private readonly PagedKeyValueCache? _cache;
    private readonly AttentionPlan? _plan;
    private readonly AttentionLayer? _layer;
    private readonly Tensor? _output, _logSumExp;
    private readonly List<double> _passes = [], _plans = [];
    private int _nextLayer, _passesPerRun = 1;
    private double _sampledSeconds;

    /// <summary>Makes cache, plan and layer, and fills the cache.</summary>
    /// <param name="name">The backend's name.</param>
    /// <param name="backend">The backend; owned from now on.</param>
    /// <param name="inputs">The step; not owned.</param>
    public TimedBackend(string name, PagedAttentionBackend backend, StepInputs inputs)
    {
        (Name, _backend, _inputs) = (name, backend, inputs);
        try
        {
            _layer = backend.CreateLayer(inputs.Layer);
            _plan = backend.CreatePlan(new AttentionPlanOptions { Cache = inputs.Cache, QueryHeads = inputs.Shape.QueryHeads });
            _cache = backend.CreateCache(inputs.Cache);
            inputs.Fill(_cache);
            _output = full_like(inputs.Query, double.NaN);
            if (inputs.Layer.LogSumExp)
                _logSumExp = zeros([inputs.Shape.QueryHeads, inputs.Query.size(0)], dtype: ScalarType.Float32, device: inputs.Query.device);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    /// <summary>The result of the last run: [T, Hq, D].</summary>
    public Tensor Output => _output!;

    /// <summary>How far the result is from the first backend's.</summary>
    public double Difference { get; set; }

    /// <summary>Plans and runs the step once and waits for it.</summary>
    public void Run()
    {
        _plan!.Update(_inputs.Batch);
        Forward();
        Synchronize();
    }

    /// <summary>Decides how many passes make a sample: on a GPU enough for waiting to be a small part of it, as layers queue up in a model.</summary>
    public void Calibrate()
    {
        if (_inputs.Cache.Device.Kind == DeviceKind.Cpu)
            return;

        const double LeastSeconds = 1e-3;
        const int MostPasses = 64;
        Synchronize();
        long start = Stopwatch.GetTimestamp();
        Forward();
        Synchronize();
        _passesPerRun = (int)Math.Clamp(Math.Ceiling(LeastSeconds / Stopwatch.GetElapsedTime(start).TotalSeconds), 1, MostPasses);
    }

    /// <summary>Takes a sample: one update of the plan, and the mean of one or more passes.</summary>
    public void Sample()
    {
        Synchronize();
        long start = Stopwatch.GetTimestamp();
        _plan!.Update(_inputs.Batch);
        Synchronize();
        _plans.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);

        long begin = Stopwatch.GetTimestamp();
        for (int pass = 0; pass < _passesPerRun; pass++)
            Forward();
        Synchronize();
        _passes.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds / _passesPerRun);
        _sampledSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Whether it has been sampled often and long enough.</summary>
    public bool IsDone(TimingOptions options)
    {
        const int LeastRuns = 3;
        return (_passes.Count >= options.MinimumRuns && _sampledSeconds >= options.MinimumTime.TotalSeconds)
            || (_passes.Count >= LeastRuns && _sampledSeconds >= options.MaximumTime.TotalSeconds);
    }

    public BackendTiming ToTiming() => new()
    {
        Name = Name,
        Outcome = TimingOutcome.Timed,
        MedianMicroseconds = 1e6 * Median(_passes),
        MinimumMicroseconds = 1e6 * _passes.Min(),
        PlanMicroseconds = 1e6 * Median(_plans),
        Runs = _passes.Count,
        PassesPerRun = _passesPerRun,
        Layers = _inputs.Cache.Layers,
        Difference = Difference,
    };

    public void Dispose()
    {
        _logSumExp?.Dispose();
        _output?.Dispose();
        _layer?.Dispose();
        _plan?.Dispose();
        _cache?.Dispose();
        _backend.Dispose();
    }

    private void Forward()
    {
        _layer!.Forward(
            _inputs.Query, _inputs.NewKeys, _inputs.NewValues, _cache![_nextLayer], _plan!, Output, _logSumExp is null ? default : (TensorView)_logSumExp);
        _nextLayer = (_nextLayer + 1) % _inputs.Cache.Layers;
    }

    private void Synchronize()
    {
        if (_inputs.Cache.Device.Kind == DeviceKind.Cuda)
            cuda.synchronize(_inputs.Cache.Device.ToTorch());
    }

    private static double Median(List<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
