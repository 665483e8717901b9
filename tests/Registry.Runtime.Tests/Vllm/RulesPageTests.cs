using System.Globalization;
using System.Text;

namespace AttentionGen.Tests.Vllm;

/// <summary>
/// The table of docs/vllm-rules.md says what <see cref="VllmBackends"/> says. With ATTENTIONGEN_ACCEPT=1 it is written instead
/// of compared.
/// </summary>
public sealed class RulesPageTests
{
    private const string Begin = "<!-- generated from VllmBackends.All -->\n";
    private const string End = "<!-- end of the generated part -->";

    private static readonly (string Title, AttentionFeatures Feature)[] s_features =
    [
        ("Window", AttentionFeatures.SlidingWindow), ("Sinks", AttentionFeatures.Sinks), ("Non-causal", AttentionFeatures.NonCausal),
        ("Batch-invariant", AttentionFeatures.BatchInvariance), ("Spans", AttentionFeatures.BidirectionalSpans),
        ("Head scales", AttentionFeatures.PerHeadScales), ("Connector", AttentionFeatures.CacheTransfer), ("PCP", AttentionFeatures.PrefillContextParallelism),
    ];

    [Fact]
    public void The_table_is_that_of_the_code()
    {
        string path = Path.Combine(FindRepository(), "docs", "vllm-rules.md");
        string page = File.ReadAllText(path);
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        string current = page[..begin] + Render() + page[page.IndexOf(End, StringComparison.Ordinal)..];
        if (Environment.GetEnvironmentVariable("ATTENTIONGEN_ACCEPT") == "1")
            File.WriteAllText(path, current);
        else
            Assert.True(page == current, "docs/vllm-rules.md differs from VllmBackends. Run these tests with ATTENTIONGEN_ACCEPT=1 and look at what changed.");
    }

    private static string Render()
    {
        StringBuilder text = new();
        Row(text, ["Name", "Devices", "Element types", "Cache types", "Pages, multiples of", "Head sizes", "Roles", "Form", "CUDA graphs", "Cache"]);
        Row(text, Enumerable.Repeat("---", 10));
        foreach (VllmBackend backend in VllmBackends.All)
        {
            Row(text,
            [
                $"`{backend.Name}`", Devices(backend), backend.ElementTypes.ToString(), CacheTypes(backend), List(backend.PageSizes, "any"),
                backend.HeadSizes.IsEmpty ? backend.MinHeadSize == 1 ? "any" : $"from {backend.MinHeadSize}" : List(backend.HeadSizes, ""),
                backend.Types.ToString(), backend.IsSparse ? "sparse latent" : backend.IsLatent ? "latent" : "multi-head",
                backend.GraphCapture.ToString(), backend.CacheShape,
            ]);
        }

        text.Append('\n');
        Row(text, ["Name", .. s_features.Select(static feature => feature.Title), "Raises later for", "Leaves out without a word"]);
        Row(text, Enumerable.Repeat("---", s_features.Length + 3));
        foreach (VllmBackend backend in VllmBackends.All)
        {
            Row(text,
            [
                $"`{backend.Name}`", .. s_features.Select(feature => Mark(backend, feature.Feature)),
                Words(backend.RejectedByConstructor), Words(backend.SilentlyIgnored) + (backend.IgnoredInOnePhase == AttentionFeatures.None ? "" : ", in one phase"),
            ]);
        }

        return text.ToString();
    }

    private static string Devices(VllmBackend backend)
    {
        string devices = string.Join(", ", backend.Devices.Select(static device => device.ToString().ToLowerInvariant()));
        if (backend.MinComputeCapability > 0)
            devices += backend.MaxComputeCapability == 0 ? $" from {Dotted(backend.MinComputeCapability)}" : $" {Dotted(backend.MinComputeCapability)} to {Dotted(backend.MaxComputeCapability)}";
        return backend.Architectures.IsEmpty ? devices : $"{devices} {string.Join(", ", backend.Architectures)}";
    }

    private static string CacheTypes(VllmBackend backend) => string.Join(", ",
        [.. backend.CacheTypes, .. backend.Conditions.Where(static condition => !condition.CacheTypes.IsEmpty).Select(static condition => $"{string.Join(", ", condition.CacheTypes)} on {Range(condition)}")]);

    private static string Mark(VllmBackend backend, AttentionFeatures feature) => (backend.Features & feature) != 0
        ? "✓"
        : string.Join(", ", backend.Conditions.Where(condition => (condition.Features & feature) != 0).Select(Range));

    private static string Range(VllmCondition condition) => $"{Dotted(condition.MinComputeCapability)} to {Dotted(condition.MaxComputeCapability)}";

    private static string Dotted(int capability) => string.Create(CultureInfo.InvariantCulture, $"{capability / 10}.{capability % 10}");

    private static string List(IEnumerable<int> numbers, string otherwise) => numbers.Any() ? string.Join(", ", numbers) : otherwise;

    private static string Words(AttentionFeatures features) => features == AttentionFeatures.None ? "" : features.ToString();

    private static void Row(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AttentionGen.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds AttentionGen.sln.");
    }
}
