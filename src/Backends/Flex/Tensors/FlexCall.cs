using AttentionGen.Libtorch.Gathered;
using static TorchSharp.torch;

namespace AttentionGen.Flex;

/// <summary>
/// Some queries of some requests, attended at once over the keys that their mask may let them see: N requests, L queries of
/// each, S keys.
/// </summary>
internal sealed class FlexCall : IDisposable
{
    private FlexCall(FlexCallMember[] members, int keys, bool needsMask, AttentionDevice device)
    {
        FlexCallMember first = members[0];
        Requests = members.Length;
        Queries = first.Queries;
        Keys = keys;
        NeedsMask = needsMask;
        KeysAreNew = first.Request.Pages is null;
        QueryRows = RowSelection.Create([.. members.SelectMany(static member => member.Rows())], device);
        KeyRows = RowSelection.Create([.. members.SelectMany(member => member.Slots(keys))], device);
        Request = Positions(members.Select(static member => member.Request.Index), device).view(-1, 1, 1, 1).DetachFromDisposeScope();
        Query = Positions(members.SelectMany(static member => member.QueryPositions()), device).view(-1, 1, Queries, 1).DetachFromDisposeScope();
        Key = Positions(members.SelectMany(member => member.KeyPositions(keys)), device).view(-1, 1, 1, keys).DetachFromDisposeScope();
    }

    /// <summary>N.</summary>
    public int Requests { get; }

    /// <summary>L.</summary>
    public int Queries { get; }

    /// <summary>S.</summary>
    public int Keys { get; }

    /// <summary>Whether the mask function hides some of the keys.</summary>
    public bool NeedsMask { get; }

    /// <summary>Whether the keys are the step's own and not the cache's.</summary>
    public bool KeysAreNew { get; }

    /// <summary>The query rows, read and written: N * L.</summary>
    public RowSelection QueryRows { get; }

    /// <summary>The slots to gather, or the rows of the step's keys: N * S.</summary>
    public RowSelection KeyRows { get; }

    /// <summary>The requests' indices: int32 [N, 1, 1, 1].</summary>
    public Tensor Request { get; }

    /// <summary>The queries' positions: int32 [N, 1, L, 1].</summary>
    public Tensor Query { get; }

    /// <summary>The keys' positions, and <see cref="int.MaxValue"/> for padding: int32 [N, 1, 1, S].</summary>
    public Tensor Key { get; }

    public static FlexCall Create(FlexCallMember[] members, AttentionDevice device)
    {
        using var scope = NewDisposeScope();
        return new FlexCall(members, members.Max(static member => member.Keys.Length), Array.Exists(members, static member => member.NeedsMask), device);
    }

    public void Dispose()
    {
        QueryRows.Dispose();
        KeyRows.Dispose();
        Request.Dispose();
        Query.Dispose();
        Key.Dispose();
    }

    private static Tensor Positions(IEnumerable<int> positions, AttentionDevice device) => tensor((int[])[.. positions]).to(device.ToTorch());
}
