using static TorchSharp.torch;

namespace AttentionGen.TorchSdpa;

/// <summary>One request of several queries: L queries, S keys.</summary>
internal sealed class PrefillStep : IDisposable
{
    private PrefillStep(TorchSdpaRequest request, bool isCausal, Tensor? slots, Tensor? mask)
    {
        FirstRow = request.FirstRow;
        Queries = request.Queries;
        Keys = request.Keys;
        IsCausal = isCausal;
        Slots = slots;
        Mask = mask;
    }

    /// <summary>The first of its query rows.</summary>
    public int FirstRow { get; }

    /// <summary>L.</summary>
    public int Queries { get; }

    /// <summary>S.</summary>
    public int Keys { get; }

    /// <summary>Whether the mask is the square causal one, which libtorch's kernels know.</summary>
    public bool IsCausal { get; }

    /// <summary>The slots to gather: int64 [S]; null where the new keys are all there is.</summary>
    public Tensor? Slots { get; }

    /// <summary>Which keys each query sees: bool [L, S]; null where all, or where <see cref="IsCausal"/>.</summary>
    public Tensor? Mask { get; }

    public static PrefillStep Create(TorchSdpaRequest request, TorchSdpaBatch batch, int window, AttentionDevice device)
    {
        bool isWhole = request.Keys == request.Queries;
        bool isWindowed = window < request.Keys;
        Tensor? slots = null;
        if (!(isWhole && batch.KeysAreQueries))
        {
            long[] indices = new long[request.Keys];
            for (int key = 0; key < indices.Length; key++)
                indices[key] = request.SlotOf(key);
            slots = DeviceIndices.Create(indices, device).DetachFromDisposeScope();
        }

        bool isCausal = batch.Causal && isWhole && !isWindowed;
        Tensor? mask = batch.Causal && !isCausal ? CausalMask(request, window, device).DetachFromDisposeScope() : null;
        return new PrefillStep(request, isCausal, slots, mask);
    }

    public void Dispose()
    {
        Slots?.Dispose();
        Mask?.Dispose();
    }

    /// <summary>Row i of L stands at position S - L + i; it sees keys from there back to the window's end.</summary>
    private static Tensor CausalMask(TorchSdpaRequest request, int window, AttentionDevice device)
    {
        Tensor positions = DeviceIndices.Create(Range(request.Keys - request.Queries, request.Queries), device).unsqueeze(1);
        Tensor keys = DeviceIndices.Create(Range(0, request.Keys), device).unsqueeze(0);
        Tensor mask = keys.le(positions);
        if (window < request.Keys)
        {
            Tensor first = DeviceIndices.Create(Range((long)request.Keys - request.Queries - window + 1, request.Queries), device).unsqueeze(1);
            mask = mask.logical_and(keys.ge(first));
        }

        return mask;
    }

    private static long[] Range(long start, int count)
    {
        long[] values = new long[count];
        for (int i = 0; i < count; i++)
            values[i] = start + i;
        return values;
    }
}
