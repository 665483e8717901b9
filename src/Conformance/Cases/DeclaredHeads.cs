using System.Collections.Immutable;

namespace AttentionGen.Conformance.Cases;

/// <summary>The numbers of query and KV heads that a backend declares: counts, the largest count, and sizes of groups.</summary>
internal sealed class DeclaredHeads
{
    /// <summary>Multi-head, grouped and multi-query attention; group sizes that fill no tile too.</summary>
    private static readonly (int Query, int KeyValue)[] s_usual =
        [(1, 1), (4, 4), (4, 2), (8, 2), (5, 1), (14, 2), (16, 2), (16, 1), (6, 3), (3, 3)];

    private static readonly int[] s_groupSizes = [1, 2, 4, 8];

    private readonly BackendSupport _support;

    public DeclaredHeads(BackendSupport support)
    {
        _support = support;
        Usual = [.. s_usual.Where(Accepts)];
        if (!support.QueryHeads.IsEmpty || !support.GroupSizes.IsEmpty)
            Usual = [.. Usual.Concat(FromLists().Where(Accepts)).Distinct().OrderBy(static heads => heads.Query)];
        if (Usual.IsEmpty)
            Usual = [(1, 1)];
    }

    /// <summary>Declared numbers to make cases of; where none can be, one head of each, which is then refused.</summary>
    public ImmutableArray<(int Query, int KeyValue)> Usual { get; }

    /// <summary>Whether nothing in the declaration speaks against the numbers; a latent cache has one head.</summary>
    public bool Accepts((int Query, int KeyValue) heads) =>
        heads.Query <= _support.MaxQueryHeads
        && (_support.QueryHeads.IsEmpty || _support.QueryHeads.Contains(heads.Query))
        && (_support.GroupSizes.IsEmpty || _support.GroupSizes.Contains(heads.Query / KeyValueOf(heads)));

    /// <summary>The wanted numbers where they are declared, else the declared ones with as many query heads or the next more.</summary>
    public (int Query, int KeyValue) Nearest((int Query, int KeyValue) wanted)
    {
        if (Accepts(wanted))
            return wanted;
        (int Query, int KeyValue)[] enough = [.. Usual.Where(heads => heads.Query >= wanted.Query)];
        (int query, int keyValue) = enough.Length > 0 ? enough[0] : Usual[^1];
        return (query, KeyValueOf((query, keyValue)));
    }

    private int KeyValueOf((int Query, int KeyValue) heads) => _support.Form == AttentionForm.MultiHead ? heads.KeyValue : 1;

    private IEnumerable<(int Query, int KeyValue)> FromLists() =>
        from size in _support.GroupSizes.IsEmpty ? [.. s_groupSizes] : _support.GroupSizes
        from query in _support.QueryHeads.IsEmpty ? [size, 2 * size] : _support.QueryHeads
        where query % size == 0
        select (query, query / size);
}
