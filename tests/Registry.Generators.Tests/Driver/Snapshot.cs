using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace AttentionGen.Tests;

/// <summary>
/// Compares generated files with <c>Snapshots/Class.Method#HintName.verified.cs</c>, Verify's convention. A file that
/// differs is written beside it as <c>.received.cs</c>; with ATTENTIONGEN_ACCEPT_SNAPSHOTS=1 it becomes the expected one.
/// </summary>
internal static class Snapshot
{
    private static readonly string s_directory = typeof(Snapshot).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static attribute => attribute.Key == "SnapshotDirectory").Value!;

    private static readonly string s_generatorVersion = typeof(Generators.AttentionRegistryGenerator).Assembly.GetName().Version!.ToString();

    public static void Verify(GeneratorRun run, object test, [CallerMemberName] string method = "")
    {
        run.AssertCompilesWithoutWarnings();
        CloneRun.AssertAllCached(run);
        string prefix = $"{test.GetType().Name}.{method}#";
        string[] hintNames = [.. run.Result.GeneratedSources.Select(static source => source.HintName)];
        string[] expected = [.. Directory.GetFiles(s_directory, $"{prefix}*.verified.cs").Select(static file => Path.GetFileName(file)!)];
        List<string> different = [.. expected.Except(hintNames.Select(hintName => VerifiedName(prefix, hintName)))];
        foreach (GeneratedSourceResult source in run.Result.GeneratedSources)
        {
            if (!Matches(Path.Combine(s_directory, VerifiedName(prefix, source.HintName)), source))
                different.Add(source.HintName);
        }

        Assert.True(different.Count == 0, $"Differs from its snapshot: {string.Join(", ", different)}. See *.received.cs in {s_directory}.");
    }

    private static bool Matches(string path, GeneratedSourceResult source)
    {
        string actual = $"//HintName: {source.HintName}\n{source.SourceText.ToString().Replace(s_generatorVersion, "VERSION", StringComparison.Ordinal)}";
        if (File.Exists(path) && File.ReadAllText(path) == actual)
            return true;

        bool accept = Environment.GetEnvironmentVariable("ATTENTIONGEN_ACCEPT_SNAPSHOTS") == "1";
        File.WriteAllText(accept ? path : path.Replace(".verified.", ".received.", StringComparison.Ordinal), actual);
        return accept;
    }

    private static string VerifiedName(string prefix, string hintName) => $"{prefix}{Path.GetFileNameWithoutExtension(hintName)}.verified.cs";
}
