using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Inputs;

namespace AttentionGen.Conformance.Execution;

/// <summary>A case made ready on a backend: cache, plan, layer and operands. It can run any number of times.</summary>
internal sealed class Step : IDisposable
{
    private readonly AttentionCase _case;
    private readonly CaseInputs _inputs;
    private readonly PageTable _pages;
    private readonly AttentionDevice _device;
    private readonly PagedKeyValueCache? _cache;
    private readonly AttentionPlan _plan;
    private readonly AttentionLayer _layer;

    /// <summary>Makes the cache, the plan and the layer, and plans the batch.</summary>
    /// <param name="target">The backend.</param>
    /// <param name="inputs">The case's operands.</param>
    /// <param name="pageSeed">Decides the order of the pages.</param>
    public Step(BackendUnderTest target, CaseInputs inputs, ulong pageSeed = 1)
    {
        (_case, _inputs, _device) = (inputs.Case, inputs, target.Device);
        _pages = PageTable.Create(_case, pageSeed);
        KeyValueCacheOptions cacheOptions = _case.ToCacheOptions(_device, _pages.PageCount);
        try
        {
            _layer = target.Backend.CreateLayer(_case.ToLayerOptions(_device));
            _plan = target.Backend.CreatePlan(new AttentionPlanOptions { Cache = cacheOptions, QueryHeads = _case.QueryHeads });
            _cache = _case.KeysInCache ? target.Backend.CreateCache(cacheOptions) : null;
            _plan.Update(CaseBatch.Create(_case, _pages));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs the step once, over a cache and operands as they are before it.</summary>
    public StepResult Run()
    {
        CacheContents? contents = _cache is null ? null : new CacheContents(_inputs, _pages);
        contents?.Fill(_cache!);

        using GuardedTensor query = Operand(_inputs.Queries, static shape => 0, static shape => shape.Queries, _case.QueryHeads, _case.HeadSize, false);
        using GuardedTensor key = Operand(_inputs.Keys, static shape => shape.Computed, static shape => shape.NewKeys, _case.KeyValueHeads, _case.HeadSize, true);
        using GuardedTensor value = Operand(_inputs.Values, static shape => shape.Computed, static shape => shape.NewKeys, _case.KeyValueHeads, _case.OutputHeadSize, true);
        OperandLayout outputLayout = _case.Layout == OperandLayout.RepeatedHeads ? OperandLayout.Contiguous : _case.Layout;
        int tokens = _case.QueryCount, misalignment = OperandStrides.Misalignment(_case.Layout);
        using GuardedTensor output = new(
            _case.ElementType, [tokens, _case.QueryHeads, _case.OutputHeadSize],
            OperandStrides.Of(outputLayout, tokens, _case.QueryHeads, _case.OutputHeadSize, false), misalignment, null, _device);
        using GuardedTensor? logSumExp = _case.LogSumExp
            ? new(ElementType.Float32, [_case.QueryHeads, tokens], OperandStrides.OfLogSumExp(outputLayout, tokens, _case.QueryHeads), misalignment, null, _device)
            : null;

        bool hasNewKeys = _case.NewKeyCount > 0;
        AttentionOperands operands = new()
        {
            Query = query.Tensor,
            Key = hasNewKeys ? (TensorView)key.Tensor : default,
            Value = hasNewKeys && _case.Form == AttentionForm.MultiHead ? (TensorView)value.Tensor : default,
            Output = output.Tensor,
            LogSumExp = logSumExp is null ? default : (TensorView)logSumExp.Tensor,
        };
        _layer.Forward(in operands, _cache?[1], _plan);

        (float[] outputValues, byte[] outputBytes, bool isOutputGuarded) = output.Read();
        (float[] Values, byte[] Bytes, bool AreGuardsIntact)? sums = logSumExp?.Read();
        List<string> trespasses = [];
        if (!isOutputGuarded)
            trespasses.Add("It wrote beside the output.");
        if (sums is { AreGuardsIntact: false })
            trespasses.Add("It wrote beside the log-sum-exps.");
        foreach ((GuardedTensor operand, string name) in (ReadOnlySpan<(GuardedTensor, string)>)[(query, "queries"), (key, "new keys"), (value, "new values")])
        {
            if (!operand.IsUnchanged())
                trespasses.Add($"It changed the {name}.");
        }

        contents?.Store(_inputs, _pages);
        if (contents?.Differs(_cache!) is { } difference)
            trespasses.Add(difference);
        return new StepResult(outputValues, outputBytes, sums?.Values, [.. trespasses]);
    }

    public void Dispose()
    {
        // Null where the constructor did not get so far.
        _layer?.Dispose();
        _plan?.Dispose();
        _cache?.Dispose();
    }

    private GuardedTensor Operand(
        float[][] rows, Func<RequestShape, int> first, Func<RequestShape, int> count, int heads, int size, bool isKeyOrValue)
    {
        int tokens = _case.Requests.Sum(count);
        float[] values = new float[tokens * heads * size];
        int next = 0;
        for (int request = 0; request < rows.Length; request++)
        {
            RequestShape shape = _case.Requests[request];
            int length = count(shape) * heads * size;
            rows[request].AsSpan(first(shape) * heads * size, length).CopyTo(values.AsSpan(next));
            next += length;
        }

        return new GuardedTensor(
            _case.ElementType, [tokens, heads, size], OperandStrides.Of(_case.Layout, tokens, heads, size, isKeyOrValue),
            OperandStrides.Misalignment(_case.Layout), values, _device);
    }
}
