using System.Text.Json;

namespace AttentionGen.Tests;

/// <summary>What <c>attn bench</c> and <c>attn tune</c> do, whatever the times are.</summary>
public sealed class TimingTests : IDisposable
{
    private static readonly string[] s_tiny = ["--heads", "4:2", "--head-size", "16", "--runs", "3", "--seconds", "0"];
    private readonly string _folder = Directory.CreateTempSubdirectory("attn-timing-").FullName;

    [Fact]
    public void A_benchmark_with_its_picture_and_json()
    {
        string plot = Path.Combine(_folder, "times.png"), json = Path.Combine(_folder, "times.json");
        CommandResult result = Run(["bench", "--shape", "decode:2x32", "-s", "prefill:1x16", .. s_tiny, "--plot", plot, "--json", json]);
        string output = result.AssertSucceeded();
        Assert.Contains("decode of 2 x 32, BFloat16, heads 4:2 of 16, pages of 16\n", output, StringComparison.Ordinal);
        Assert.Contains("prefill of 1 x 16, BFloat16", output, StringComparison.Ordinal);
        Assert.Matches(@"\n  TORCH_SDPA +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ +\d+ +[\d.]+\n", output);
        Assert.Equal("[1/2] decode of 2 x 32, BFloat16, heads 4:2 of 16, pages of 16", result.Error.Split('\n')[0]);
        Assert.Equal((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(plot)[..4]);

        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(json));
        Assert.Equal("cpu", document.RootElement.GetProperty("device").GetString());
        JsonElement[] steps = [.. document.RootElement.GetProperty("steps").EnumerateArray()];
        Assert.Equal([("Decode", 2, 32), ("Prefill", 1, 16)], steps.Select(static step => step.GetProperty("shape")).Select(static shape =>
            (shape.GetProperty("phase").GetString()!, shape.GetProperty("requests").GetInt32(), shape.GetProperty("contextLength").GetInt32())));
        foreach (JsonElement backend in steps.SelectMany(static step => step.GetProperty("backends").EnumerateArray()))
        {
            if (backend.GetProperty("name").GetString() is "TRITON_ATTN" or "FLASHINFER")
            {
                Assert.Equal("NotSupported", backend.GetProperty("outcome").GetString());
                continue;
            }

            Assert.Equal("Timed", backend.GetProperty("outcome").GetString());
            Assert.InRange(backend.GetProperty("medianMicroseconds").GetDouble(), backend.GetProperty("minimumMicroseconds").GetDouble(), 1e9);
        }
    }

    [Fact]
    public void A_named_backend_that_cannot_is_a_negative_result()
    {
        CommandResult result = Run(["bench", "--shape", "decode:1x16", "--soft-cap", "--backend", "FLASH_ATTN", "--backend", "XFORMERS", .. s_tiny]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("FLASH_ATTN was not timed: ", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n  XFORMERS +[\d.]+", result.Output);
    }

    [Fact]
    public void A_measured_ranking_is_what_the_selector_then_uses()
    {
        Assert.Equal(1, Run(["tune", "--show"]).ExitCode);
        string output = Run(["tune", "--shape", "decode:2x32", .. s_tiny]).AssertSucceeded();
        string file = Assert.Single(Directory.GetFiles(_folder, "tuning-*.json"));
        Assert.Contains($"Written to {file}", output.Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);

        string[] request = ["explain", "--heads", "4:2", "--head-size", "16"];
        string explained = Run(request).AssertSucceeded();
        Assert.Matches(@"\n[A-Z_]+: the fastest as measured on cpu, [\d.]+ us \(decode of 2 x 32\)\n", explained);
        Assert.Contains("\n  measured  ", explained, StringComparison.Ordinal);
        Assert.Contains("TORCH_SDPA: the best-ranked backend", Run([.. request, "--no-tuning"]).AssertSucceeded(), StringComparison.Ordinal);
        Assert.Contains("the fastest as measured", Run([.. request, "--tuning", file], EmptyCache.Path).AssertSucceeded(), StringComparison.Ordinal);

        Assert.Contains("beside 1 measured before", Run(["tune", "--shape", "prefill:1x16", "--backend", "XFORMERS", .. s_tiny]).AssertSucceeded().Replace("\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        using JsonDocument shown = JsonDocument.Parse(Run(["tune", "--show", "--json"]).AssertSucceeded());
        Assert.Equal("Usable", shown.RootElement.GetProperty("state").GetString());
        Assert.Equal(["Decode", "Prefill"], shown.RootElement.GetProperty("entries").EnumerateArray().Select(static entry => entry.GetProperty("phase").GetString()));

        Assert.Contains("Deleted ", Run(["tune", "--clear"]).AssertSucceeded(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "tuning-*.json"));
    }

    [Fact]
    public void Nothing_measured_writes_nothing()
    {
        CommandResult result = Run(["tune", "--shape", "decode:1x16", "--soft-cap", "--backend", "FLASH_ATTN", .. s_tiny]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error: Nothing could be measured", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "tuning-*.json"));
    }

    [Fact]
    public void A_damaged_ranking_is_not_passed_over()
    {
        File.WriteAllText(Path.Combine(_folder, "tuning-cpu.json"), "{ not json");
        Run(["explain"]).AssertRefused("tuning-cpu.json", "--no-tuning");
    }

    [Theory]
    [InlineData("bench --shape decode", "'decode' is not a step")]
    [InlineData("bench --shape decode:0x5", "'decode:0x5' is not a step")]
    [InlineData("bench --shape verify:1x5", "decode:REQUESTSxKEYS")]
    [InlineData("bench --plot times.jpg", "ends in .png")]
    [InlineData("bench --plot no/such/folder/times.png", "there is no folder")]
    [InlineData("bench --heads 3:2", "3 query heads cannot share 2 KV heads")]
    [InlineData("bench --backend XFORMRES", "Did you mean 'XFORMERS'?")]
    [InlineData("bench --seconds -1", "--seconds is '-1'")]
    [InlineData("bench --runs 0", "--runs is '0'")]
    [InlineData("tune --show --clear", "Give one of them")]
    public void What_cannot_be_used_is_refused(string command, string part) => InProcess.Run(command.Split(' ')).AssertRefused(part);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private CommandResult Run(string[] arguments, string? folder = null) =>
        ProgramProcess.Run(arguments, ("ATTENTION_CACHE_DIRECTORY", folder ?? _folder));
}
