namespace AttentionGen.Tests;

/// <summary>Files of the repository.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Whether texts that differ are written anew instead of failing the test.</summary>
    public static bool Accepts { get; } = Environment.GetEnvironmentVariable("ATTENTIONGEN_ACCEPT") == "1";

    /// <summary>Fails unless a text is that of a file of tests/CommandLine.Tests/Verified.</summary>
    public static void AssertVerified(string text, string name)
    {
        string path = Path.Combine(Root, "tests", "CommandLine.Tests", "Verified", $"{name}.verified.txt");
        if (Accepts)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AttentionGen.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds AttentionGen.sln.");
    }
}
