using AttentionGen.Libtorch.Gathered;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Steps;

/// <summary>The random numbers of a step, in several sets. Tensors belong to the dispose scope that they were made in.</summary>
internal sealed class StepNumbers
{
    private StepNumbers(StepShape shape, ElementType type, Tensor[] queries, Tensor[] keys, Tensor[] values)
    {
        Shape = shape;
        ElementType = type;
        Queries = queries;
        Keys = keys;
        Values = values;
    }

    /// <summary>The step.</summary>
    public StepShape Shape { get; }

    /// <summary>The element type.</summary>
    public ElementType ElementType { get; }

    /// <summary>The queries of each set: [T, Hq, D].</summary>
    public Tensor[] Queries { get; }

    /// <summary>The keys of each set, requests end to end: [keys, Hkv, D].</summary>
    public Tensor[] Keys { get; }

    /// <summary>The values of each set, requests end to end: [keys, Hkv, D].</summary>
    public Tensor[] Values { get; }

    /// <summary>The number of sets.</summary>
    public int Sets => Queries.Length;

    /// <summary>Draws numbers.</summary>
    /// <param name="device">Where they are.</param>
    /// <param name="shape">The step.</param>
    /// <param name="type">Their type.</param>
    /// <param name="sets">The number of sets.</param>
    /// <param name="fitFloat8">Whether keys and values are rounded to numbers that a cache of E4M3 holds exactly.</param>
    public static StepNumbers Draw(AttentionDevice device, StepShape shape, ElementType type, int sets, bool fitFloat8 = false)
    {
        Tensor Draw(int rows, int heads) => randn([rows, heads, shape.HeadSize], dtype: type.ToScalarType(), device: device.ToTorch());
        Tensor DrawKeys()
        {
            Tensor drawn = Draw(shape.Keys, shape.KeyValueHeads);
            if (!fitFloat8)
                return drawn;
            using (drawn)
            {
                using var scope = NewDisposeScope();
                return CacheElements.Decode(CacheElements.Encode(drawn, 1), type.ToScalarType()).MoveToOuterDisposeScope();
            }
        }

        return new StepNumbers(shape, type, ForEach(sets, () => Draw(shape.Tokens, shape.QueryHeads)), ForEach(sets, DrawKeys), ForEach(sets, DrawKeys));
    }

    /// <summary>Some of the requests, over the same numbers.</summary>
    /// <param name="firstRequest">The first of them.</param>
    /// <param name="count">How many follow each other.</param>
    public StepNumbers Slice(int firstRequest, int count)
    {
        StepRequest[] before = Shape.Requests[..firstRequest];
        StepShape part = Shape with { Requests = Shape.Requests[firstRequest..(firstRequest + count)] };
        int firstKey = before.Sum(static request => request.Keys);
        return new StepNumbers(
            part, ElementType, RowsOf(Queries, firstRequest, count),
            [.. Keys.Select(keys => keys.narrow(0, firstKey, part.Keys))], [.. Values.Select(values => values.narrow(0, firstKey, part.Keys))]);
    }

    /// <summary>The rows of some requests in tensors of all query rows.</summary>
    public Tensor[] RowsOf(Tensor[] tensors, int firstRequest, int count)
    {
        int firstRow = Shape.Requests[..firstRequest].Sum(static request => request.Queries);
        int rows = Shape.Requests[firstRequest..(firstRequest + count)].Sum(static request => request.Queries);
        return [.. tensors.Select(tensor => tensor.narrow(0, firstRow, rows))];
    }

    /// <summary>Those rows of keys or values that are new in the step: [T, Hkv, D] for each set.</summary>
    public Tensor[] NewRowsOf(Tensor[] keysOrValues)
    {
        long[] rows = new long[Shape.Tokens];
        int next = 0, firstKey = 0;
        foreach (StepRequest request in Shape.Requests)
        {
            for (int query = 0; query < request.Queries; query++)
                rows[next++] = firstKey + request.Keys - request.Queries + query;
            firstKey += request.Keys;
        }

        using Tensor indices = tensor(rows).to(keysOrValues[0].device);
        return [.. keysOrValues.Select(source => source.index_select(0, indices))];
    }

    /// <summary>Tensors for results: [T, Hq, D] for each set, not a number anywhere.</summary>
    public Tensor[] NewOutputs() => [.. Queries.Select(static query =>
    {
        Tensor output = empty_like(query);
        using TorchSharp.Scalar nothing = float.NaN;
        output.fill_(nothing);
        return output;
    })];

    private static Tensor[] ForEach(int sets, Func<Tensor> draw) => [.. Enumerable.Range(0, sets).Select(_ => draw())];
}
