using System.Text.Json;
using AttentionGen;

namespace TextGeneration.Tests.Processes;

/// <summary>What the program says of guessing tokens ahead.</summary>
public sealed class SpeculationTests
{
    private static readonly string[] s_prompts = ["sort 10 9 8 7 6 5 4 3 2 1", "sort 4821 377 4822 9 0", "recall x=9999 y=0 ? x"];
    private static readonly string[] s_answers = ["1 2 3 4 5 6 7 8 9 10", "0 9 377 4821 4822", "9999"];

    [Fact]
    public void The_report_counts_drafts()
    {
        ProgramResult result = ProgramProcess.Run([.. s_prompts, "--speculate", "4", "--speculate-branches", "1"]);
        Assert.Equal(s_answers, result.AssertSucceeded());
        Assert.Matches(@"speculation  \d+ of \d+ draft tokens accepted, [1-4]\.\d\d tokens a step of each prompt", result.Error);
        Assert.DoesNotContain("speculation", ProgramProcess.Run(["add 1 2"]).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public void The_json_document_counts_drafts(string temperature)
    {
        string[] arguments = [.. s_prompts, "--json", "--temperature", temperature];
        JsonElement plain = Report(arguments);
        JsonElement report = Report([.. arguments, "--speculate", "4", "--speculate-branches", "1", "--speculate-ngram", "2"]);
        Assert.Equal(JsonValueKind.Null, plain.GetProperty("speculation").ValueKind);
        Assert.Equal(plain.GetProperty("answers").ToString(), report.GetProperty("answers").ToString());

        int steps = report.GetProperty("steps").GetInt32(), tokens = report.GetProperty("generated_tokens").GetInt32();
        Assert.InRange(steps, 1, plain.GetProperty("steps").GetInt32() - 1);
        JsonElement speculation = report.GetProperty("speculation");
        int drafted = speculation.GetProperty("drafted_tokens").GetInt32(), accepted = speculation.GetProperty("accepted_tokens").GetInt32();
        Assert.InRange(accepted, 1, drafted);
        Assert.Equal((double)tokens / (tokens - accepted), speculation.GetProperty("tokens_per_step").GetDouble(), 1e-9);
        Assert.Equal(4, speculation.GetProperty("draft_tokens").GetInt32());
        Assert.Equal(1, speculation.GetProperty("branches").GetInt32());
        Assert.Equal(2, speculation.GetProperty("longest_ngram").GetInt32());
        Assert.Equal(1, speculation.GetProperty("shortest_ngram").GetInt32());
    }

    [Fact]
    public void Several_branches_take_a_backend_with_a_tree_mask()
    {
        ProgramResult result = ProgramProcess.Run([.. s_prompts, "--speculate", "4"]);
        if (Backends(withTreeMask: true).Length == 0)
        {
            result.AssertRefused("No registered backend supports the request", "asked for TreeMask", "--speculate-branches 1 needs none");
            return;
        }

        Assert.Equal(s_answers, result.AssertSucceeded());
        Assert.Contains("draft tokens accepted", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_backend_without_a_tree_mask_is_refused()
    {
        string[] backends = Backends(withTreeMask: false);
        Assert.SkipWhen(backends.Length == 0, "Every registered backend has a tree mask.");
        ProgramProcess.Run(["add 1 2", "--speculate", "4", "--backend", backends[0]])
            .AssertRefused($"{backends[0]} cannot serve the request", "asked for TreeMask", "--speculate-branches 1 needs none");
    }

    [Theory]
    [InlineData("--speculate-branches", "2")]
    [InlineData("--speculate-ngram", "3")]
    [InlineData("--speculate-ngram-min", "1")]
    public void Options_without_speculation_are_refused(string option, string value) =>
        ProgramProcess.Run(["add 1 2", option, value]).AssertRefused(option, "--speculate is missing");

    [Theory]
    [InlineData("--speculate is 0", "at least 1", "--speculate", "0")]
    [InlineData("--speculate-branches is -1", "at least 1", "--speculate", "4", "--speculate-branches", "-1")]
    [InlineData("64 tokens", "At most 63", "--speculate", "16", "--speculate-branches", "4")]
    [InlineData("64 tokens", "At most 63", "--speculate", "64", "--speculate-branches", "1")]
    [InlineData("4611686014132420609 tokens", "At most 63", "--speculate", "2147483647", "--speculate-branches", "2147483647")]
    [InlineData("--speculate-ngram-min is 4", "--speculate-ngram 3", "--speculate", "4", "--speculate-ngram-min", "4")]
    public void Sizes_that_cannot_be_are_refused(string found, string accepted, params string[] options) =>
        ProgramProcess.Run(["add 1 2", .. options]).AssertRefused(found, accepted);

    /// <summary>The program's backends for the CPU that have a tree mask, or that do not.</summary>
    private static string[] Backends(bool withTreeMask) =>
    [
        .. global::TextGeneration.AttentionRegistry.Instance.Backends
            .Where(backend => backend.SupportFor(DeviceKind.Cpu) is { } support && support.Features.HasFlag(AttentionFeatures.TreeMask) == withTreeMask)
            .Select(static backend => backend.Name),
    ];

    private static JsonElement Report(string[] arguments)
    {
        ProgramResult result = ProgramProcess.Run(arguments);
        result.AssertSucceeded();
        return JsonDocument.Parse(result.Output).RootElement;
    }
}
