using AttentionGen.Libtorch.Gathered;
using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Flex;

/// <summary>
/// One layer with functions, as libtorch operations: keys are gathered, without the blocks that the mask hides; scores are in
/// memory, for some query rows at a time, and the functions are evaluated on them as whole tensors.
/// </summary>
internal sealed class FlexTensorLayer : GatheredLayer
{
    /// <summary>The number of scores of a call: 128 MB of float32.</summary>
    private const long MaxScores = 32L << 20;

    private readonly FlexFunctions _functions;
    private readonly BlockClassifier _classifier;
    private readonly TensorProgram _program;
    private readonly Tensor _heads;
    private readonly Tensor _keyValueHeads;
    private readonly long _maxScores;
    private FlexSchedule? _schedule;

    public FlexTensorLayer(AttentionLayerOptions options, long maxScores = MaxScores)
        : base(options)
    {
        _maxScores = maxScores;
        int group = options.QueryHeads / options.KeyValueHeads;
        _functions = new FlexFunctions(options);
        _classifier = new BlockClassifier(_functions.Graph, group);
        using var scope = NewDisposeScope();
        Device device = options.Device.ToTorch();
        _program = new TensorProgram(_functions.Graph, device);
        int[] heads = [.. Enumerable.Range(0, options.QueryHeads)];
        _heads = tensor(heads).to(device).view(-1, 1, 1).DetachFromDisposeScope();
        _keyValueHeads = tensor((int[])[.. heads.Select(head => head / group)]).to(device).view(-1, 1, 1).DetachFromDisposeScope();
    }

    /// <summary>Counts the blocks that schedules asked about, by the answer.</summary>
    public BlockCounts Counts { get; } = new();

    protected override RowSelection? Attend(GatheredPlan plan, in GatheredTensors tensors)
    {
        FlexSchedule schedule = ScheduleFor(plan);
        foreach (FlexCall call in schedule.Calls)
        {
            // What one call allocates, the next may use.
            using var scope = NewDisposeScope();
            Attend(call, plan.Batch.Causal, tensors);
        }

        return schedule.Empty;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _schedule?.Dispose();
            _classifier.Dispose();
            _program.Dispose();
            _heads.Dispose();
            _keyValueHeads.Dispose();
        }

        base.Dispose(disposing);
    }

    private FlexSchedule ScheduleFor(GatheredPlan plan)
    {
        GatheredBatch batch = plan.Batch;
        if (_schedule is not null && ReferenceEquals(_schedule.Batch, batch))
            return _schedule;
        _functions.ThrowIfShorterThanBatch(
            batch.Requests.Select(static request => request.Index + 1).DefaultIfEmpty().Max(),
            batch.Requests.Select(static request => Math.Max(request.Keys, request.Queries)).DefaultIfEmpty().Max());
        _schedule?.Dispose();
        _schedule = null;
        return _schedule = FlexSchedule.Create(batch, Options, _classifier, _maxScores, Counts);
    }

    private void Attend(FlexCall call, bool causal, in GatheredTensors tensors)
    {
        long n = call.Requests, rows = call.Queries, columns = call.Keys, heads = Options.QueryHeads, kvHeads = Options.KeyValueHeads;
        long group = heads / kvHeads;

        // The query heads that share a KV head become rows of one matrix: [N * Hkv, group * L, D].
        using Scalar scale = ScaleFor(call.KeysAreNew);
        Tensor query = call.QueryRows.Select(tensors.Query).reshape(n, rows, heads, -1).transpose(1, 2)
            .to(ScalarType.Float32).mul(scale).reshape(n * kvHeads, group * rows, -1);
        Tensor keys = tensors.ReadKeys(call.KeyRows, call.KeysAreNew).reshape(n, columns, kvHeads, -1).transpose(1, 2)
            .to(ScalarType.Float32).reshape(n * kvHeads, columns, -1);
        Tensor values = tensors.ReadValues(call.KeyRows, call.KeysAreNew).reshape(n, columns, kvHeads, -1).transpose(1, 2).reshape(n * kvHeads, columns, -1);
        Tensor scores = Change(query.bmm(keys.transpose(1, 2)).view(n, heads, rows, columns), call, causal);

        Tensor logSumExp = scores.logsumexp(-1, keepdim: true);
        Tensor sum = Sinks is null ? logSumExp : logSumExp.logaddexp(Sinks.view(-1, 1, 1));
        using Scalar hidden = float.NegativeInfinity, zero = 0;
        Tensor isEmpty = logSumExp.eq(hidden);
        Tensor weights = scores.sub(sum.masked_fill(isEmpty, zero)).exp().to(values.dtype);
        Tensor output = weights.view(n * kvHeads, group * rows, columns).bmm(values).view(n, heads, rows, -1).transpose(1, 2).reshape(n * rows, heads, -1);
        if (!call.KeysAreNew && Options.ValueScale != 1)
        {
            using Scalar valueScale = Options.ValueScale;
            output = output.mul(valueScale);
        }

        call.QueryRows.Assign(tensors.Output, output);
        if (tensors.LogSumExp is not null)
            call.QueryRows.Assign(tensors.LogSumExp, sum.masked_fill(isEmpty, hidden).view(n, heads, rows).transpose(0, 1).reshape(heads, n * rows), 1);
    }

    /// <summary>Soft cap, linear bias, the functions, and then what causality, the window and padding hide.</summary>
    private Tensor Change(Tensor scores, FlexCall call, bool causal)
    {
        if (Options.SoftCap is { } softCap)
        {
            using Scalar cap = softCap;
            scores = scores.div(cap).tanh().mul(cap);
        }

        Tensor distance = call.Query.sub(call.Key);
        if (AlibiSlopes is not null)
            scores = scores.sub(distance.abs().to(ScalarType.Float32).mul(AlibiSlopes.view(-1, 1, 1)));
        scores = _program.Apply(new TensorSymbols(scores, call.Request, _heads, _keyValueHeads, call.Query, call.Key), call.NeedsMask);

        // Padding stands at the last position there can be, so that causality and any window hide it too.
        using Scalar zero = 0, padding = int.MaxValue, hidden = float.NegativeInfinity;
        Tensor isHidden = causal ? distance.lt(zero) : call.Key.eq(padding);
        if (Options.SlidingWindow is { } window)
        {
            using Scalar reach = window;
            isHidden = isHidden.logical_or(distance.abs().ge(reach));
        }

        return scores.masked_fill(isHidden, hidden);
    }
}
