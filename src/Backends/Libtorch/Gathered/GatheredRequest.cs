using System.Numerics;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>One request of a step that has a query.</summary>
/// <param name="Index">Its index in the batch.</param>
/// <param name="FirstRow">The first of its query rows.</param>
/// <param name="Queries">The number of its query rows.</param>
/// <param name="Keys">The number of its keys.</param>
/// <param name="Pages">The pages of its keys; null where they are not in a cache but are the step's own.</param>
/// <param name="PageSize">The number of tokens of a page.</param>
/// <param name="Ancestors">Which new tokens each of its rows sees; empty where they form no tree.</param>
internal sealed record GatheredRequest(int Index, int FirstRow, int Queries, int Keys, int[]? Pages, int PageSize, ulong[] Ancestors)
{
    /// <summary>Whether its new tokens form a tree.</summary>
    public bool IsTree => Ancestors.Length > 0;

    /// <summary>The number of keys before those of its queries; negative where an encoder gave fewer keys than there are queries.</summary>
    public int Context => Keys - Queries;

    /// <summary>The cache slot of a key, or the row of the step's keys.</summary>
    public long SlotOf(int key) => Pages is null ? FirstRow + key : ((long)Pages[key / PageSize] * PageSize) + (key % PageSize);

    /// <summary>The position of a query; that of a tree's token is its depth.</summary>
    public int PositionOfRow(int row) => Context + (IsTree ? BitOperations.PopCount(Ancestors[row]) - 1 : row);

    /// <summary>The position of a key.</summary>
    public int PositionOfKey(int key) => IsTree && key >= Context ? PositionOfRow(key - Context) : key;

    /// <summary>Which new tokens a row sees, when a tree is among the requests that are masked together.</summary>
    public ulong AncestorsOf(int row) => IsTree ? Ancestors[row] : ulong.MaxValue >> (63 - row);

    /// <summary>The first key that any of its rows sees through a window.</summary>
    public int FirstKey(int window) => (int)Math.Clamp((long)Context - window + 1, 0, Keys);

    /// <summary>Whether a row sees no key at all.</summary>
    public bool IsEmpty(int row, int window, bool causal) =>
        Keys == 0 || (!causal && window != int.MaxValue && (long)PositionOfRow(row) + window - 1 < 0);
}
