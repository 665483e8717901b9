namespace AttentionGen.Cuda.Benchmarks.Groups;

/// <summary>The groups of measurements by name.</summary>
internal static class BenchmarkGroups
{
    private static readonly (string Name, Func<IEnumerable<PlannedRow>> Rows)[] s_groups =
    [
        (CopyGroup.Name, CopyGroup.Rows),
        (DecodeGroup.Name, DecodeGroup.Rows),
        (Float8DecodeGroup.Name, Float8DecodeGroup.Rows),
        (SmallDecodeGroup.Name, SmallDecodeGroup.Rows),
        (PrefillGroup.Name, PrefillGroup.Rows),
        (MixedGroup.Name, MixedGroup.Rows),
        (HostGroup.Name, HostGroup.Rows),
    ];

    /// <summary>All names, in the order in which groups are measured.</summary>
    public static string[] Names => [.. s_groups.Select(static group => group.Name)];

    /// <summary>The rows of some groups; of all where none is named.</summary>
    public static PlannedRow[] Rows(IReadOnlyCollection<string> names) =>
        [.. s_groups.Where(group => names.Count == 0 || names.Contains(group.Name)).SelectMany(static group => group.Rows())];
}
