namespace AttentionGen.CommandLine.Options;

/// <summary>The rules by which candidates are weighed.</summary>
internal static class RulesOption
{
    public static NamedValueOption<SelectionRules> Create() => new(
        "--rules", "The rules by which candidates are weighed:",
        new NamedValues<SelectionRules>((SelectionRules.Default, [SelectionRules.Default.Name]), (SelectionRules.Vllm, [SelectionRules.Vllm.Name])),
        SelectionRules.Default.Name);
}
