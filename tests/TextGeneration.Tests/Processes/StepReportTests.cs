using System.Text.Json;
using TextGeneration.Tests.Fixtures;

namespace TextGeneration.Tests.Processes;

/// <summary>What the program says of its steps: decodes apart from prompts, and CUDA graphs.</summary>
public sealed class StepReportTests
{
    private static readonly string[] s_prompts = ["sort 10 9 8 7", "add 1 2", "reverse attention"];

    [Fact]
    public void Decodes_are_counted_apart_from_prompts()
    {
        JsonElement report = Report([.. s_prompts, "--ignore-eos", "--max-tokens", "20", "--json"]);
        Assert.Equal(60, report.GetProperty("generated_tokens").GetInt32());
        Assert.Equal(20, report.GetProperty("steps").GetInt32());
        Assert.All(report.GetProperty("answers").EnumerateArray(), static answer => Assert.Equal("length", answer.GetProperty("finish").GetString()));
        JsonElement decode = report.GetProperty("decode");
        Assert.Equal(19, decode.GetProperty("steps").GetInt32());
        Assert.Equal(57, decode.GetProperty("tokens").GetInt32());
        double seconds = decode.GetProperty("seconds").GetDouble();
        Assert.InRange(seconds, double.Epsilon, report.GetProperty("generation_seconds").GetDouble());
        Assert.InRange(decode.GetProperty("median_step_seconds").GetDouble(), double.Epsilon, seconds);
        Assert.Equal(57 / seconds, decode.GetProperty("tokens_per_second").GetDouble(), 1e-6 * 57 / seconds);
    }

    [Theory]
    [InlineData("auto", "no CUDA device")]
    [InlineData("off", "--cuda-graph off")]
    public void Without_graphs_it_says_why(string mode, string reason)
    {
        string[] arguments = [.. s_prompts, "--cuda-graph", mode, "--max-tokens", "4"];
        JsonElement graphs = Report([.. arguments, "--json"]).GetProperty("cuda_graph");
        Assert.Equal(mode, graphs.GetProperty("mode").GetString());
        Assert.Contains(reason, graphs.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, graphs.GetProperty("sizes").GetArrayLength());
        Assert.Equal(0, graphs.GetProperty("replayed_decode_steps").GetInt32());
        Assert.Equal(3, graphs.GetProperty("eager_decode_steps").GetInt32());
        Assert.Equal(1, graphs.GetProperty("eager_prompt_steps").GetInt32());
        Assert.Equal(0, graphs.GetProperty("eager_draft_steps").GetInt32());

        // Not worth a line to those who asked for no GPU.
        string text = ProgramProcess.Run(arguments).Error;
        Assert.DoesNotContain("CUDA graphs", text, StringComparison.Ordinal);
        Assert.Matches(@"decode       3 steps of one token a prompt, \d+\.\d\d ms each \(median\), \d+ tokens/s", text);
    }

    [Fact]
    public void On_a_GPU_it_says_which_steps_were_replayed()
    {
        Assert.SkipUnless(TestDevice.Named.Kind == AttentionGen.DeviceKind.Cuda, "Needs a GPU: set ATTENTION_TEST_DEVICE=cuda on a host with one.");
        string[] arguments = [.. s_prompts, "--device", "cuda", "--ignore-eos", "--max-tokens", "8"];
        JsonElement graphs = Report([.. arguments, "--json"]).GetProperty("cuda_graph");
        string text = ProgramProcess.Run(arguments).Error;
        if (graphs.GetProperty("reason").GetString() is { } reason)
        {
            Assert.Contains("cannot be captured", reason, StringComparison.Ordinal);
            Assert.Equal(7, graphs.GetProperty("eager_decode_steps").GetInt32());
            Assert.Contains($"CUDA graphs  none ({reason}); eager: 7 decode steps, 1 steps with prompts", text, StringComparison.Ordinal);
            return;
        }

        Assert.Equal([3], JsonNumbers.Integers(graphs.GetProperty("sizes")));
        Assert.Equal(7, graphs.GetProperty("replayed_decode_steps").GetInt32());
        Assert.Matches(@"CUDA graphs  1 captured in \d+\.\d\d s, for 3 prompts; 7 of 7 decode steps replayed; eager: 1 steps with prompts", text);
    }

    [Fact]
    public void A_backend_that_cannot_be_captured_is_refused_where_graphs_are_demanded()
    {
        Assert.SkipUnless(TestDevice.Named.Kind == AttentionGen.DeviceKind.Cuda, "Needs a GPU: set ATTENTION_TEST_DEVICE=cuda on a host with one.");
        ProgramProcess.Run(["add 1 2", "--device", "cuda", "--backend", "TORCH_SDPA", "--cuda-graph", "on"])
            .AssertRefused("TORCH_SDPA", "graph capture level", "--cuda-graph auto");
    }

    private static JsonElement Report(string[] arguments)
    {
        ProgramResult result = ProgramProcess.Run(arguments);
        result.AssertSucceeded();
        return JsonDocument.Parse(result.Output).RootElement;
    }
}
