using AttentionGen.Conformance;

namespace AttentionGen.Tests;

/// <summary>What <c>attn verify</c> does.</summary>
public sealed class VerifyTests
{
    [Fact]
    public void A_part_of_the_battery_on_one_backend()
    {
        string json = Path.Combine(EmptyCache.Path, "conformance.json");
        CommandResult result = ProgramProcess.Run(["verify", "--backend", "tree_attn", "--filter", "tree/trees", "--json", json]);
        string output = result.AssertSucceeded();
        Assert.Matches(@"^Quick battery on cpu: \d+ cases in [\d.]+ s\. Passed, failed, refused:\n", output);
        Assert.Matches(@"\n  tree   \d+ 0 0\n  all    \d+ 0 0\n", output);
        Assert.Matches(@"\[(\d+)/\1\] 0 failed; tree/trees", result.Error);

        ConformanceReport report = ConformanceReport.FromJson(File.ReadAllText(json));
        Assert.True(report.Passed);
        Assert.All(report.Cases, static result => Assert.Equal(("TREE_ATTN", "tree"), (result.Backend, result.Group)));
    }

    [Fact]
    public void As_json_and_nothing_else()
    {
        CommandResult result = ProgramProcess.Run(["verify", "-b", "XFORMERS", "-f", "tree/chain", "--json"]);
        Assert.NotEmpty(ConformanceReport.FromJson(result.AssertSucceeded()).Cases);
    }

    [Fact]
    public void No_case_is_no_success() => Assert.Equal(1, ProgramProcess.Run(["verify", "--filter", "no such case"]).ExitCode);

    [Fact]
    public async Task A_cancelled_run_says_so()
    {
        using CancellationTokenSource cancellation = new();
        await cancellation.CancelAsync();
        CommandResult result = await InProcess.RunAsync(AttentionRegistry.Instance, ["verify"], cancellation.Token);
        Assert.Equal((130, "", "Cancelled.\n"), (result.ExitCode, result.Output, result.Error));
    }

    [Theory]
    [InlineData("verify --backend TREE_ATN", "Did you mean 'TREE_ATTN'?")]
    [InlineData("verify --backend FLASHMLA", "no class in this application serves it")]
    [InlineData("verify --device cuda:9.0", "Accepted: cpu, cuda, cuda:INDEX")]
    [InlineData("verify --device rocm", "is not a device this program runs on")]
    public void What_cannot_be_used_is_refused(string command, string part) => InProcess.Run(command.Split(' ')).AssertRefused(part);
}
