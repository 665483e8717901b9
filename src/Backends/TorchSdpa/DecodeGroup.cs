using static TorchSharp.torch;

namespace AttentionGen.TorchSdpa;

/// <summary>
/// Requests of one query each and of about the same length, attended in one call: N requests, padded to S keys.
/// </summary>
internal sealed class DecodeGroup : IDisposable
{
    private DecodeGroup(int requests, int keys, Tensor? rows, Tensor slots, Tensor? mask)
    {
        Requests = requests;
        Keys = keys;
        Rows = rows;
        Slots = slots;
        Mask = mask;
    }

    /// <summary>N.</summary>
    public int Requests { get; }

    /// <summary>S.</summary>
    public int Keys { get; }

    /// <summary>The query row of each request: int64 [N]; null where the group is the whole step, row by row.</summary>
    public Tensor? Rows { get; }

    /// <summary>The slots to gather: int64 [N * S].</summary>
    public Tensor Slots { get; }

    /// <summary>Which gathered keys are the request's: bool [N, 1, 1, S]; null where all are.</summary>
    public Tensor? Mask { get; }

    public static DecodeGroup[] CreateAll(List<TorchSdpaRequest> requests, int tokenCount, int window, AttentionDevice device)
    {
        // Longest first; a group ends where padding would make a request's gather more than a third longer.
        TorchSdpaRequest[] sorted = [.. requests.OrderByDescending(static request => request.Keys).ThenBy(static request => request.FirstRow)];
        List<DecodeGroup> groups = [];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            int longest = Math.Min(sorted[start].Keys, window);
            for (end = start + 1; end < sorted.Length && 4L * Math.Min(sorted[end].Keys, window) >= 3L * longest; end++)
            {
            }

            TorchSdpaRequest[] members = [.. sorted[start..end].OrderBy(static request => request.FirstRow)];
            groups.Add(Create(members, longest, members.Length == tokenCount, window, device));
        }

        return [.. groups];
    }

    public void Dispose()
    {
        Rows?.Dispose();
        Slots.Dispose();
        Mask?.Dispose();
    }

    private static DecodeGroup Create(TorchSdpaRequest[] members, int keys, bool isWholeStep, int window, AttentionDevice device)
    {
        long[] slots = new long[checked(members.Length * keys)];
        bool[] mask = new bool[slots.Length];
        bool isPadded = false;
        for (int member = 0; member < members.Length; member++)
        {
            TorchSdpaRequest request = members[member];
            int count = Math.Min(request.Keys, window);
            int first = request.Keys - count;
            int offset = member * keys;
            for (int key = 0; key < count; key++)
            {
                slots[offset + key] = request.SlotOf(first + key);
                mask[offset + key] = true;
            }

            // Padding reads a slot of the request's own: pages that nobody has written may hold NaN, which no mask removes.
            slots.AsSpan(offset + count, keys - count).Fill(slots[offset]);
            isPadded |= count < keys;
        }

        long[] rows = [.. members.Select(static request => (long)request.FirstRow)];
        return new DecodeGroup(
            members.Length,
            keys,
            isWholeStep ? null : DeviceIndices.Create(rows, device).DetachFromDisposeScope(),
            DeviceIndices.Create(slots, device).DetachFromDisposeScope(),
            isPadded ? tensor(mask).to(device.ToTorch()).view(members.Length, 1, 1, keys).DetachFromDisposeScope() : null);
    }
}
