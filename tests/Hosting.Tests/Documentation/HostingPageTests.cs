using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using AttentionGen.Libtorch;

namespace AttentionGen.Tests.Documentation;

/// <summary>The examples of docs/hosting.md and docs/observability.md are code that is compiled, and the instruments of the page those that there are.</summary>
public sealed partial class HostingPageTests
{
    private static readonly string s_repository = FindRepository();
    private static readonly string s_examples = string.Concat(
        Directory.GetFiles(Path.Combine(s_repository, "tests", "Hosting.Tests", "Documentation"), "*.cs").Select(static file => Normalise(File.ReadAllText(file))));

    /// <summary>The settings that docs/hosting.md shows.</summary>
    public static string Settings { get; } = JsonBlock().Match(Page("hosting.md")).Groups[1].Value;

    public static TheoryData<string> Blocks => [.. CSharpBlock().Matches(Page("hosting.md") + Page("observability.md")).Select(static match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void An_example_is_code_that_is_compiled(string block) => Assert.Contains(Normalise(block), s_examples, StringComparison.Ordinal);

    [Fact]
    public void There_are_examples() => Assert.True(Blocks.Count >= 5);

    [Fact]
    public void The_page_lists_every_instrument_with_its_unit()
    {
        List<string> published = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == AttentionTelemetry.MeterName)
                published.Add($"{instrument.Name} {instrument.Unit}");
        };
        AttentionRegistry.Select(TestServices.Request);
        RunStep();
        listener.Start();

        Assert.Equal(
            InstrumentRow().Matches(Page("observability.md")).Select(static row => $"{row.Groups[1].Value} {row.Groups[2].Value}").Order(StringComparer.Ordinal),
            published.Order(StringComparer.Ordinal));
    }

    private static void RunStep()
    {
        LibtorchRuntime.Load();
        using var backend = (PagedAttentionBackend)AttentionRegistry.Create(Backend.XFormers);
        KeyValueCacheOptions cache = new() { Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, Layers = 1, Pages = 1, KeyValueHeads = 1, HeadSize = 8 };
        using AttentionPlan plan = backend.CreatePlan(new AttentionPlanOptions { Cache = cache, QueryHeads = 1 });
        AttentionBatchBuilder batch = new(cache.PageSize);
        batch.Add(0, 1, new[] { 0 });
        plan.Update(batch.Build());
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(s_repository, "docs", name));

    // Lines without their indentation, and without empty ones.
    private static string Normalise(string text) =>
        "\n" + string.Concat(text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0).Select(static line => line + "\n"));

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AttentionGen.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds AttentionGen.sln.");
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"^\| `(attention\.[a-z.]+)` \| (?:counter|histogram) \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();
}
