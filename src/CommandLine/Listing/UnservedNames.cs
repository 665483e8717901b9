namespace AttentionGen.CommandLine.Listing;

/// <summary>Why nothing serves a name.</summary>
internal static class UnservedNames
{
    public static string ReasonOf(string name) => $"no class of this application carries {name}";
}
