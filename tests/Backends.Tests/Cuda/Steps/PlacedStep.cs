using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Inputs;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cuda.Steps;

/// <summary>A case's step over pages of the caller's choice, with operands in memory of the caller's choice.</summary>
/// <param name="inputs">The operands.</param>
/// <param name="pages">The pages of each request.</param>
internal sealed class PlacedStep(CaseInputs inputs, int[][] pages)
{
    private readonly AttentionCase _case = inputs.Case;

    /// <summary>Stores, attends, and looks at every page of the requests.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="cache">A cache; only the pages of the requests are written.</param>
    /// <param name="memory">Makes a tensor [T, H, D] of the number of heads that it is given.</param>
    public StepResult Run(CudaEngineBackend backend, PagedKeyValueCache cache, Func<int, Tensor> memory)
    {
        using var scope = NewDisposeScope();
        AttentionDevice device = cache.Options.Device;
        using AttentionLayer layer = backend.CreateLayer(_case.ToLayerOptions(device));
        using AttentionPlan plan = backend.CreatePlan(new AttentionPlanOptions { Cache = cache.Options, QueryHeads = _case.QueryHeads });
        AttentionBatchBuilder builder = new(_case.PageSize);
        for (int request = 0; request < pages.Length; request++)
        {
            RequestShape shape = _case.Requests[request];
            WriteComputed(cache[0].KeyTensor, inputs.Keys[request], shape, pages[request]);
            WriteComputed(cache[0].ValueTensor, inputs.Values[request], shape, pages[request]);
            builder.Add(shape.Computed, shape.NewKeys, pages[request]);
        }

        plan.Update(builder.Build(_case.Causal));
        Tensor query = memory(_case.QueryHeads), key = memory(_case.KeyValueHeads), value = memory(_case.KeyValueHeads), output = memory(_case.QueryHeads);
        query.copy_(Rows([.. inputs.Queries.SelectMany(static rows => rows)], _case.QueryHeads));
        key.copy_(Rows(NewRows(inputs.Keys), _case.KeyValueHeads));
        value.copy_(Rows(NewRows(inputs.Values), _case.KeyValueHeads));
        output.fill_(float.NaN);
        layer.Forward(query, key, value, cache[0], plan, output);

        string[] trespasses = [.. pages.SelectMany((own, request) => (string[])
        [
            .. Differences(cache[0].KeyTensor, inputs.Keys[request], own, $"keys of request {request}"),
            .. Differences(cache[0].ValueTensor, inputs.Values[request], own, $"values of request {request}"),
        ])];
        return new StepResult(Host(output), [], null, [.. trespasses]);
    }

    private int RowLength => _case.KeyValueHeads * _case.HeadSize;

    private float[] NewRows(float[][] rows) => [.. rows.SelectMany((all, request) => all[(_case.Requests[request].Computed * RowLength)..])];

    private static float[] Host(Tensor tensor) => tensor.cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray();

    private Tensor Rows(float[] values, int heads) => tensor(values, dtype: ScalarType.Float32).view(-1, heads, _case.HeadSize).to(_case.ElementType.ToScalarType());

    // What no token has been put into is not a number.
    private void WriteComputed(Tensor cache, float[] rows, RequestShape shape, int[] own)
    {
        for (int page = 0; page < own.Length; page++)
        {
            using var scope = NewDisposeScope();
            Tensor place = cache.select(0, own[page]);
            place.fill_(float.NaN);
            int first = page * _case.PageSize, count = Math.Min(shape.Computed - first, _case.PageSize);
            if (count > 0)
                place.narrow(0, 0, count).copy_(Rows(rows[(first * RowLength)..((first + count) * RowLength)], _case.KeyValueHeads));
        }
    }

    private IEnumerable<string> Differences(Tensor cache, float[] rows, int[] own, string what)
    {
        for (int page = 0; page < own.Length; page++)
        {
            using var scope = NewDisposeScope();
            int first = page * _case.PageSize * RowLength, length = Math.Min(rows.Length - first, _case.PageSize * RowLength);
            float[] found = Host(cache.select(0, own[page]));
            if (!found.AsSpan(0, length).SequenceEqual(rows.AsSpan(first, length)) || found.AsSpan(length).ContainsAnyExcept(float.NaN))
                yield return $"Page {own[page]}, {what}, does not hold what belongs there.";
        }
    }
}
