using System.Diagnostics;
using AttentionGen;
using TextGeneration.Generation;
using TextGeneration.Model;

namespace TextGeneration.Graphs;

/// <summary>
/// Steps in which each request has one new token, replayed from graphs: one graph for each of <see cref="GraphSizes"/>, captured
/// when a step first needs it. A run meets few of the sizes, and a graph that is never replayed would cost memory and time.
/// </summary>
internal sealed class DecodeGraphs : IDisposable
{
    private readonly SortedDictionary<int, DecodeGraph> _graphs = [];
    private readonly LanguageModel _model;
    private readonly PagedKeyValueCache _cache;
    private readonly AttentionPlan _plan;
    private readonly IStepRecorder _recorder;

    /// <summary>Makes the plan that all graphs share.</summary>
    /// <param name="model">The model, made for capture.</param>
    /// <param name="cache">Where keys and values are kept.</param>
    /// <param name="backend">The model's attention backend.</param>
    /// <param name="capacity">The largest step.</param>
    /// <param name="recorder">Records; belongs to this instance from now on.</param>
    public DecodeGraphs(LanguageModel model, PagedKeyValueCache cache, PagedAttentionBackend backend, AttentionPlanCapacity capacity, IStepRecorder recorder)
    {
        _model = model;
        _cache = cache;
        _recorder = recorder;
        _plan = backend.CreatePlan(new AttentionPlanOptions { Cache = cache.Options, QueryHeads = model.Configuration.QueryHeads, Capacity = capacity });
    }

    /// <summary>The sizes that graphs were captured for, from the smallest.</summary>
    public IReadOnlyCollection<int> Sizes => _graphs.Keys;

    /// <summary>How long captures have taken, with the passes before them.</summary>
    public TimeSpan CaptureTime { get; private set; }

    /// <summary>Runs a step, and captures it where no graph has its size.</summary>
    /// <param name="rows">The step: one new token of each request.</param>
    /// <param name="isCaptured">Whether the graph was captured for this step.</param>
    /// <returns>float32 logits [N, vocabulary], of which the first rows are the step's. Valid until the next step.</returns>
    public StepLogits Run(StepRows rows, out bool isCaptured)
    {
        long start = Stopwatch.GetTimestamp();
        int size = GraphSizes.For(rows.RequestCount, _plan.Options.Capacity!.Requests);
        _plan.Update(BatchPadding.Pad(rows.Build(), size));
        isCaptured = !_graphs.TryGetValue(size, out DecodeGraph? graph);
        if (graph is null)
            _graphs.Add(size, graph = new DecodeGraph(size, _model, _cache, _plan));

        StepLogits logits = graph.Run(rows, _recorder);
        if (isCaptured)
            CaptureTime += Stopwatch.GetElapsedTime(start);
        return logits;
    }

    public void Dispose()
    {
        foreach (DecodeGraph graph in _graphs.Values)
            graph.Dispose();
        _plan.Dispose();
        _recorder.Dispose();
    }
}
