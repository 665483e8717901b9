using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>A contender, called once and then captured for each set of inputs; one that cannot be captured is called each time.</summary>
internal sealed class PreparedContender : IDisposable
{
    private readonly List<CudaGraph> _graphs = [];
    private readonly Tensor?[] _results;
    private readonly bool _isCaptured;

    /// <summary>Calls the contender, and captures it where that can be done.</summary>
    /// <param name="contender">The contender.</param>
    /// <param name="device">The device.</param>
    /// <param name="sets">The number of sets of inputs.</param>
    public PreparedContender(Contender contender, CudaDevice device, int sets)
    {
        Contender = contender;
        Timer = new CudaTimer(device);
        _results = new Tensor?[sets];
        try
        {
            // What it uses for the first time is loaded now, and what it refuses, it refuses now.
            Call(0);
            device.Synchronise(device.CurrentStream);
            Note = contender.IsTimed ? Capture(device, sets) : null;
            _isCaptured = _graphs.Count > 0;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The contender.</summary>
    public Contender Contender { get; }

    /// <summary>The number of sets of inputs.</summary>
    public int Sets => _results.Length;

    /// <summary>Its timer.</summary>
    public CudaTimer Timer { get; }

    /// <summary>Why it is not captured, or null.</summary>
    public string? Note { get; }

    /// <summary>The times of its runs, in seconds.</summary>
    public List<double> Seconds { get; } = [];

    /// <summary>Puts one call on libtorch's current stream.</summary>
    public void Run(int set)
    {
        if (_isCaptured)
            _graphs[set].Replay();
        else
            Call(set);
    }

    /// <summary>The result of the first set of inputs, as [T, Hq, D]; the caller disposes it.</summary>
    public Tensor Rows()
    {
        Run(0);
        return Contender.ToRows!(_results[0]!);
    }

    public void Dispose()
    {
        foreach (CudaGraph graph in _graphs)
            graph.Dispose();
        _graphs.Clear();
        for (int set = 0; set < _results.Length && Contender.MakesResult; set++)
            _results[set]?.Dispose();
        Timer.Dispose();
    }

    // A replay writes where the captured call's result is, which is therefore kept.
    private void Call(int set)
    {
        if (Contender.MakesResult)
            _results[set]?.Dispose();
        _results[set] = Contender.Call(set);
    }

    private string? Capture(CudaDevice device, int sets)
    {
        try
        {
            for (int set = 0; set < sets; set++)
                _graphs.Add(CudaGraph.Capture(device.Memory, () => Call(set)));
            return null;
        }
        catch (Exception error) when (error is not CudaException { IsSticky: true })
        {
            foreach (CudaGraph graph in _graphs)
                graph.Dispose();
            _graphs.Clear();
            return $"called, not replayed, because its capture failed: {error.Message}";
        }
    }
}
