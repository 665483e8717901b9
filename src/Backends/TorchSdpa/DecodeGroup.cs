using static TorchSharp.torch;

namespace AttentionGen.TorchSdpa;

/// <summary>
/// Requests of one query each and of about the same length, attended in one call: N requests, padded to S keys.
/// </summary>
internal sealed class DecodeGroup : IDisposable
{
    private DecodeGroup(int requests, int paddedRequests, int keys, Tensor? rows, Tensor? queryRows, Tensor slots, Tensor? mask)
    {
        Requests = requests;
        PaddedRequests = paddedRequests;
        Keys = keys;
        Rows = rows;
        QueryRows = queryRows;
        Slots = slots;
        Mask = mask;
    }

    /// <summary>The number of requests.</summary>
    public int Requests { get; }

    /// <summary>N: the number of requests of the call, of which the first <see cref="Requests"/> are real.</summary>
    public int PaddedRequests { get; }

    /// <summary>S.</summary>
    public int Keys { get; }

    /// <summary>The query row of each request: int64 [requests]; null where the group is the whole step, row by row.</summary>
    public Tensor? Rows { get; }

    /// <summary>The query rows to gather: int64 [N]; null where they are all rows of the step in order.</summary>
    public Tensor? QueryRows { get; }

    /// <summary>The slots to gather: int64 [N * S].</summary>
    public Tensor Slots { get; }

    /// <summary>Which gathered keys are the request's: bool [N, 1, 1, S]; null where all are.</summary>
    public Tensor? Mask { get; }

    public static DecodeGroup[] CreateAll(
        List<TorchSdpaRequest> requests, int tokenCount, int window, ShapeRounding rounding, AttentionDevice device)
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
            groups.Add(Create(members, longest, members.Length == tokenCount, window, rounding, device));
        }

        return [.. groups];
    }

    public void Dispose()
    {
        Rows?.Dispose();
        QueryRows?.Dispose();
        Slots.Dispose();
        Mask?.Dispose();
    }

    private static DecodeGroup Create(
        TorchSdpaRequest[] members, int longest, bool isWholeStep, int window, ShapeRounding rounding, AttentionDevice device)
    {
        int keys = rounding.Length(longest), padded = rounding.Requests(members.Length);
        long[] slots = new long[checked(padded * keys)];
        bool[] mask = new bool[slots.Length];
        bool isMasked = false;
        for (int member = 0; member < padded; member++)
        {
            // Padding, of keys and of requests, reads slots of real requests: pages that nobody has written may hold NaN,
            // which no mask removes.
            TorchSdpaRequest request = members[Math.Min(member, members.Length - 1)];
            int count = Math.Min(request.Keys, window);
            int first = request.Keys - count;
            int offset = member * keys;
            for (int key = 0; key < count; key++)
                slots[offset + key] = request.SlotOf(first + key);

            slots.AsSpan(offset + count, keys - count).Fill(slots[offset]);
            mask.AsSpan(offset, count).Fill(true);
            isMasked |= count < keys;
        }

        long[] rows = new long[padded];
        for (int member = 0; member < padded; member++)
            rows[member] = members[Math.Min(member, members.Length - 1)].FirstRow;

        bool isPadded = padded > members.Length;
        return new DecodeGroup(
            members.Length,
            padded,
            keys,
            isWholeStep ? null : DeviceIndices.Create(rows[..members.Length], device).DetachFromDisposeScope(),
            isWholeStep && !isPadded ? null : DeviceIndices.Create(rows, device).DetachFromDisposeScope(),
            DeviceIndices.Create(slots, device).DetachFromDisposeScope(),
            isMasked ? tensor(mask).to(device.ToTorch()).view(padded, 1, 1, keys).DetachFromDisposeScope() : null);
    }
}
