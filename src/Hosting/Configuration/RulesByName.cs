namespace AttentionGen.Hosting;

/// <summary>The rules that configuration can name.</summary>
internal static class RulesByName
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["default"];

    /// <summary>The rules of a name, in any case; null where it is none. No name stands for the default.</summary>
    public static SelectionRules? Find(string? name) => name?.Trim().ToLowerInvariant() switch
    {
        null or "default" => SelectionRules.Default,
        _ => null,
    };
}
