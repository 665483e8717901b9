using static TorchSharp.torch;

namespace AttentionGen.TorchSdpa;

/// <summary>One request of several queries: L queries, S keys.</summary>
internal sealed class PrefillStep : IDisposable
{
    private PrefillStep(TorchSdpaRequest request, int keys, bool isCausal, Tensor? rows, Tensor? slots, Tensor? mask)
    {
        FirstRow = request.FirstRow;
        Queries = request.Queries;
        Keys = keys;
        IsCausal = isCausal;
        Rows = rows;
        Slots = slots;
        Mask = mask;
    }

    /// <summary>The first of its query rows.</summary>
    public int FirstRow { get; }

    /// <summary>The number of its query rows: L, or fewer where the call is padded.</summary>
    public int Queries { get; }

    /// <summary>S.</summary>
    public int Keys { get; }

    /// <summary>Whether the mask is the square causal one, which libtorch's kernels know.</summary>
    public bool IsCausal { get; }

    /// <summary>The query rows to gather: int64 [L]; null where they are just the request's.</summary>
    public Tensor? Rows { get; }

    /// <summary>The slots to gather: int64 [S]; null where the new keys are all there is.</summary>
    public Tensor? Slots { get; }

    /// <summary>Which keys each query sees: bool [L, S]; null where all, or where <see cref="IsCausal"/>.</summary>
    public Tensor? Mask { get; }

    public static PrefillStep Create(
        TorchSdpaRequest request, TorchSdpaBatch batch, int window, ShapeRounding rounding, AttentionDevice device)
    {
        int queries = rounding.Length(request.Queries), keys = rounding.Length(request.Keys);
        bool isWhole = request.Keys == request.Queries;
        bool isCausal = batch.Causal && isWhole && window >= request.Keys;
        Tensor? rows = queries == request.Queries ? null : Indices(queries, i => request.FirstRow + Math.Min(i, request.Queries - 1), device).DetachFromDisposeScope();
        Tensor? slots = isWhole && batch.KeysAreQueries ? null : Indices(keys, i => request.SlotOf(Math.Min(i, request.Keys - 1)), device).DetachFromDisposeScope();
        bool seesAll = isCausal || (!batch.Causal && keys == request.Keys);
        Tensor? mask = seesAll ? null : CreateMask(request, batch.Causal, queries, keys, window, device);
        return new PrefillStep(request, keys, isCausal, rows, slots, mask);
    }

    public void Dispose()
    {
        Rows?.Dispose();
        Slots?.Dispose();
        Mask?.Dispose();
    }

    /// <summary>
    /// Row i of L stands at position (request's keys) - (its queries) + i, padding where its last row stands; it sees keys
    /// from there back to the window's end, or all of the request's where attention is not causal.
    /// </summary>
    private static Tensor CreateMask(TorchSdpaRequest request, bool causal, int queries, int keys, int window, AttentionDevice device)
    {
        using var scope = NewDisposeScope();
        int offset = request.Keys - request.Queries;
        long PositionOf(int row) => offset + Math.Min(row, request.Queries - 1);
        Tensor columns = Indices(keys, static column => column, device).unsqueeze(0);
        Tensor last = Indices(queries, row => causal ? PositionOf(row) : request.Keys - 1, device).unsqueeze(1);
        Tensor mask = columns.le(last);
        if (causal && window < request.Keys)
        {
            Tensor first = Indices(queries, row => PositionOf(row) - window + 1, device).unsqueeze(1);
            mask = mask.logical_and(columns.ge(first));
        }

        return mask.DetachFromDisposeScope();
    }

    private static Tensor Indices(int count, Func<int, long> index, AttentionDevice device)
    {
        long[] values = new long[count];
        for (int i = 0; i < count; i++)
            values[i] = index(i);
        return DeviceIndices.Create(values, device);
    }
}
