namespace AttentionGen.Hosting;

/// <summary>The rules that configuration can name.</summary>
internal static class RulesByName
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [SelectionRules.Default.Name, SelectionRules.Vllm.Name];

    /// <summary>The rules of a name, in any case; null where it is none. No name stands for the default.</summary>
    public static SelectionRules? Find(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return SelectionRules.Default;
        return Names.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase) ? SelectionRules.ByName(name) : null;
    }
}
