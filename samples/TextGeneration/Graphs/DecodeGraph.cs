using AttentionGen;
using TextGeneration.Generation;
using TextGeneration.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace TextGeneration.Graphs;

/// <summary>The step of a fixed number of requests with one new token each, recorded.</summary>
internal sealed class DecodeGraph : IDisposable
{
    private readonly int _size;
    private readonly Tensor _hostInputs;
    private readonly Tensor _inputs;
    private readonly Tensor _tokens;
    private readonly Tensor _positions;
    private readonly Action _step;
    private IDisposable[] _memory = [];
    private Tensor? _logits;
    private Tensor? _likeliest;
    private IRecordedStep? _recorded;

    /// <summary>Makes the memory of the inputs.</summary>
    /// <param name="size">N, the number of requests.</param>
    /// <param name="model">The model.</param>
    /// <param name="cache">The keys and values of all layers.</param>
    /// <param name="plan">The plan of the steps' batches, whose memory stays where it is.</param>
    public DecodeGraph(int size, LanguageModel model, PagedKeyValueCache cache, AttentionPlan plan)
    {
        _size = size;
        _step = () => Compute(model, cache, plan);
        using var scope = NewDisposeScope();
        Device device = cache.Options.Device.ToTorch();
        Tensor host = zeros(2, size, dtype: ScalarType.Int64);
        _hostInputs = (cache.Options.Device.Kind == DeviceKind.Cpu ? host : host.pin_memory()).DetachFromDisposeScope();
        _inputs = zeros(2, size, dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
        _tokens = _inputs[0].DetachFromDisposeScope();
        _positions = _inputs[1].DetachFromDisposeScope();
    }

    /// <summary>Runs the step, recording it where that has not been done. The plan must have been updated with the padded batch.</summary>
    /// <param name="rows">The rows of at most N requests.</param>
    /// <param name="recorder">Records.</param>
    /// <returns>float32 logits [N, vocabulary] and the likeliest tokens [N], both the graph's own, until the next run.</returns>
    public StepLogits Run(StepRows rows, IStepRecorder recorder)
    {
        SetInputs(rows);
        _recorded ??= recorder.Record(_step);
        _recorded.Replay();
        return StepLogits.Lend(_logits!, _likeliest!);
    }

    public void Dispose()
    {
        // First what uses the memory.
        _recorded?.Dispose();
        ReleaseMemory();
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[_tokens, _positions, _inputs, _hostInputs])
            tensor.Dispose();
    }

    // Every step ends with reading what it chose, so the last copy out of the host's memory is done.
    private unsafe void SetInputs(StepRows rows)
    {
        TensorView view = _hostInputs;
        Span<long> host = new((void*)view.Data, 2 * _size);
        host.Clear();
        rows.CopyTo(host[.._size], host[_size..]);
        view.KeepAlive();
        _inputs.copy_(_hostInputs, nonBlocking: true);
    }

    /// <summary>
    /// What is recorded. Of the memory that it takes none is given back, so that libtorch has nothing to return to the driver
    /// while the graph is there.
    /// </summary>
    private void Compute(LanguageModel model, PagedKeyValueCache cache, AttentionPlan plan)
    {
        ReleaseMemory();
        using DisposeScope scope = NewDisposeScope();
        using var noGradient = no_grad();
        _logits = model.Forward(_tokens, _positions, rows: null, cache, plan, keepsMemory: true);
        _likeliest = _logits.argmax(-1);
        _memory = [.. scope.DisposablesView];
        scope.Detach(_memory);
    }

    private void ReleaseMemory()
    {
        foreach (IDisposable tensor in _memory)
            tensor.Dispose();
        _memory = [];
    }
}
