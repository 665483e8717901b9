using AttentionGen.Cuda.Benchmarks.Steps;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Peers;

/// <summary>The numbers of requests of one length as contiguous [B, heads, tokens, D], a tensor for each set.</summary>
internal sealed class DenseOperands
{
    private readonly StepShape _shape;

    public DenseOperands(StepNumbers numbers)
    {
        _shape = numbers.Shape;
        if (!_shape.IsUniform)
            throw new ArgumentException("The requests are not of one length.", nameof(numbers));
        ElementType = numbers.ElementType;
        Queries = [.. numbers.Queries.Select(rows => Dense(rows, _shape.Requests[0].Queries))];
        Keys = [.. numbers.Keys.Select(rows => Dense(rows, _shape.Requests[0].Keys))];
        Values = [.. numbers.Values.Select(rows => Dense(rows, _shape.Requests[0].Keys))];
    }

    /// <summary>The step.</summary>
    public StepShape Shape => _shape;

    /// <summary>The element type.</summary>
    public ElementType ElementType { get; }

    /// <summary>[B, Hq, L, D].</summary>
    public Tensor[] Queries { get; }

    /// <summary>[B, Hkv, S, D].</summary>
    public Tensor[] Keys { get; }

    /// <summary>[B, Hkv, S, D].</summary>
    public Tensor[] Values { get; }

    /// <summary>The queries of decodes with the heads of a group as the rows of one matrix: [B, Hkv, Hq / Hkv, D].</summary>
    public Tensor[] FoldedQueries() =>
        [.. Queries.Select(query => query.view(_shape.Requests.Length, _shape.KeyValueHeads, _shape.Group, _shape.HeadSize))];

    /// <summary>Keys or values with each head as often as query heads share it: [B, Hq, S, D].</summary>
    public Tensor[] Repeated(Tensor[] keysOrValues) => [.. keysOrValues.Select(tensor => tensor.repeat_interleave(_shape.Group, dim: 1))];

    /// <summary>A result [B, Hq, L, D] as [T, Hq, D].</summary>
    public Tensor ToRows(Tensor output)
    {
        using Tensor rows = output.transpose(1, 2);
        return rows.reshape(_shape.Tokens, _shape.QueryHeads, _shape.HeadSize);
    }

    /// <summary>A result [B, Hkv, Hq / Hkv, D] of decodes as [T, Hq, D].</summary>
    public Tensor FoldedToRows(Tensor output) => output.reshape(_shape.Tokens, _shape.QueryHeads, _shape.HeadSize);

    private Tensor Dense(Tensor rows, int tokens)
    {
        using Tensor requests = rows.view(_shape.Requests.Length, tokens, rows.size(1), rows.size(2));
        using Tensor heads = requests.transpose(1, 2);
        return heads.contiguous();
    }
}
