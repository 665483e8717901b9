using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>The query rows that see no key. Kernels disagree on what those give, so the layer writes them itself.</summary>
internal static class EmptyRows
{
    /// <summary>The rows, or null where there are none.</summary>
    public static RowSelection? Find(GatheredBatch batch, int window, AttentionDevice device)
    {
        List<long> rows = [];
        foreach (GatheredRequest request in batch.Requests)
        {
            for (int row = 0; row < request.Queries && request.IsEmpty(row, window, batch.Causal); row++)
                rows.Add(request.FirstRow + row);
        }

        return rows.Count == 0 ? null : RowSelection.Create([.. rows], device);
    }

    /// <summary>Writes zeros and minus infinities.</summary>
    public static void Write(RowSelection rows, Tensor output, Tensor? logSumExp)
    {
        rows.Assign(output, zeros_like(rows.Select(output)));
        if (logSumExp is null)
            return;

        // TorchSharp does not keep a number alive while native code reads it: whoever passes one does.
        using Scalar none = float.NegativeInfinity;
        rows.Assign(logSumExp, full_like(rows.Select(logSumExp, 1), none), 1);
    }
}
