using System.Diagnostics;

namespace AttentionGen;

/// <summary>One attention layer of a model on one backend: vLLM's <c>AttentionImpl</c>.</summary>
/// <param name="options">What the layer computes.</param>
public abstract class AttentionLayer(AttentionLayerOptions options) : IDisposable
{
    private string? _backend;

    /// <summary>What the layer computes.</summary>
    public AttentionLayerOptions Options { get; } = options;

    /// <summary>
    /// Stores the new keys and values in the cache, attends the queries to all keys of their requests, and writes the
    /// result. Runs on libtorch's current stream.
    /// </summary>
    /// <param name="query">[T, Hq, D].</param>
    /// <param name="key">Keys of the new tokens: [new keys, Hkv, D].</param>
    /// <param name="value">Values of the new tokens: [new keys, Hkv, Dv].</param>
    /// <param name="cache">This layer's part of the cache; null for a batch whose keys are not in a cache.</param>
    /// <param name="plan">The plan of the step's batch, made by the same backend.</param>
    /// <param name="output">Where the result goes: [T, Hq, Dv].</param>
    /// <param name="logSumExp">
    /// Where the natural log-sum-exp of each row's scores goes: float32 [Hq, T], minus infinity for a row without keys; or
    /// nothing. The layer must have been made with <see cref="AttentionLayerOptions.LogSumExp"/>.
    /// </param>
    /// <exception cref="ArgumentException">A shape, an element type or a device is not what the layer and the plan need.</exception>
    /// <exception cref="InvalidOperationException">The plan holds no batch.</exception>
    public void Forward(
        TensorView query, TensorView key, TensorView value, KeyValueCacheLayer? cache, AttentionPlan plan, TensorView output, TensorView logSumExp = default)
    {
        AttentionOperands operands = new() { Query = query, Key = key, Value = value, Output = output, LogSumExp = logSumExp };
        Forward(in operands, cache, plan);
    }

    /// <inheritdoc cref="Forward(TensorView, TensorView, TensorView, KeyValueCacheLayer, AttentionPlan, TensorView, TensorView)"/>
    /// <param name="operands">The tensors.</param>
    /// <param name="cache">This layer's part of the cache; null for a batch whose keys are not in a cache.</param>
    /// <param name="plan">The plan of the step's batch, made by the same backend.</param>
    public void Forward(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (AttentionInstruments.ForwardDuration.Enabled && _backend is not null)
        {
            ForwardObserved(in operands, cache, plan);
            return;
        }

        OperandCheck.ThrowIfInvalid(Options, in operands, cache, plan);
        ForwardCore(in operands, cache, plan);
    }

    /// <summary>Gives the layer the name of the backend that made it. A layer within another one has none and is not observed.</summary>
    internal void Attach(BackendDescriptor descriptor) => _backend = descriptor.Name;

    /// <summary>Frees the layer's memory.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private void ForwardObserved(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        long start = Stopwatch.GetTimestamp();
        OperandCheck.ThrowIfInvalid(Options, in operands, cache, plan);
        ForwardCore(in operands, cache, plan);
        AttentionInstruments.ForwardDuration.Record(
            Stopwatch.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("attention.backend", _backend));
    }

    /// <summary>The forward pass, with operands that have been checked.</summary>
    /// <param name="operands">The tensors.</param>
    /// <param name="cache">This layer's part of the cache; null exactly where the batch's keys are not in a cache.</param>
    /// <param name="plan">The plan of the step's batch.</param>
    protected abstract void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan);

    /// <summary>Frees the layer's memory.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/> and not by a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
