namespace AttentionGen.Generators;

/// <summary>The one order of an assembly's backends: by name, then by class. Nothing depends on the order of files.</summary>
internal sealed class BackendOrder : IComparer<BackendModel>
{
    public static BackendOrder Comparer { get; } = new();

    public int Compare(BackendModel x, BackendModel y)
    {
        int byName = StringComparer.Ordinal.Compare(x.Name, y.Name);
        return byName != 0 ? byName : StringComparer.Ordinal.Compare(x.TypeName, y.TypeName);
    }
}
