using System.Text.Json;
using TextGeneration.Tests.Fixtures;

namespace TextGeneration.Tests.Processes;

/// <summary>What the program prints.</summary>
public sealed class AnswerTests
{
    [Fact]
    public void Several_prompts_in_their_order()
    {
        ProgramResult result = ProgramProcess.Run(["sort 7 3 9 1", "add 123 456", "reverse attention", "recall ax=17 q=3 zed=88 ? q", "--max-batch", "2"]);
        Assert.Equal(["1 3 7 9", "579", "noitnetta", "3"], result.AssertSucceeded());
        Assert.Contains("TORCH_SDPA", result.Error, StringComparison.Ordinal);
        Assert.Contains("tokens/s", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n", "\n")]
    [InlineData("\r\n", "")]
    public void Prompts_of_standard_input(string separator, string end) => Assert.Equal(
        TransformersPrompt.All.Select(static prompt => prompt.Answer),
        ProgramProcess.Run([], string.Join(separator, TransformersPrompt.All.Select(static prompt => prompt.Prompt)) + end).AssertSucceeded());

    [Theory]
    [InlineData("bfloat16")]
    [InlineData("float16")]
    public void Other_element_types(string type) =>
        Assert.Equal(["579"], ProgramProcess.Run(["add 123 456", "--dtype", type]).AssertSucceeded());

    [Theory]
    [InlineData("--max-tokens", "2147483647")]
    [InlineData("--max-batch", "2147483647")]
    [InlineData("--page-size", "1")]
    [InlineData("--temperature", "1e-9")]
    [InlineData("--device", "CPU")]
    public void Unusual_options(string option, string value) =>
        Assert.Equal(["579", "579"], ProgramProcess.Run(["add 123 456", "add 456 123", option, value]).AssertSucceeded());

    [Fact]
    public void Prompts_that_look_like_something_else()
    {
        string[] prompts = ["@add 1 2", "[add 1 2]", "[suggest]"];
        Assert.Equal(prompts, Answered([.. prompts, "--json", "--max-tokens", "1"]));
        Assert.Equal(["-5", "--json", .. prompts], Answered(["--json", "--max-tokens", "1", "--", "-5", "--json", .. prompts]));
        Assert.Equal(["[x]"], Answered(["--json", "--max-tokens", "1", "[x]"]));

        static string[] Answered(string[] arguments)
        {
            ProgramResult result = ProgramProcess.Run(arguments);
            result.AssertSucceeded();
            using JsonDocument document = JsonDocument.Parse(result.Output);
            return [.. document.RootElement.GetProperty("answers").EnumerateArray().Select(static answer => answer.GetProperty("prompt").GetString()!)];
        }
    }

    [Fact]
    public void Weights_that_are_not_aligned()
    {
        using TinyTasksCopy model = new();
        model.EditHeader(static header => header["__metadata__"] = new System.Text.Json.Nodes.JsonObject { ["pad"] = "" });
        for (int length = 0; length < 2; length++)
        {
            // One of two lengths puts the data at an odd address.
            model.EditHeader(header => header["__metadata__"]!["pad"] = new string('x', length));
            Assert.Equal(["579"], ProgramProcess.Run(["add 123 456", "--model", model.Path]).AssertSucceeded());
        }
    }

    [Fact]
    public void A_json_document()
    {
        TransformersPrompt[] prompts = [.. TransformersPrompt.All.Where((_, i) => i % 8 < 2)];
        ProgramResult result = ProgramProcess.Run([.. prompts.Select(static prompt => prompt.Prompt), "--json", "--max-tokens", "4", "--threads", "2"]);
        result.AssertSucceeded();
        Assert.Equal("", result.Error);

        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement report = document.RootElement;
        Assert.Equal("TORCH_SDPA", report.GetProperty("backend").GetString());
        Assert.Contains("TorchSdpaBackend", report.GetProperty("backend_class").GetString(), StringComparison.Ordinal);
        Assert.Contains("TORCH_SDPA", report.GetProperty("explanation").GetString(), StringComparison.Ordinal);
        Assert.Equal("cpu", report.GetProperty("device").GetString(), ignoreCase: true);
        Assert.Equal(2, report.GetProperty("threads").GetInt32());
        Assert.Equal("Float32", report.GetProperty("element_type").GetString());
        Assert.StartsWith("2.", report.GetProperty("libtorch").GetString(), StringComparison.Ordinal);
        Assert.Equal(prompts.Sum(static prompt => prompt.PromptTokens.Length), report.GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(prompts.Sum(static prompt => Math.Min(4, prompt.Float32Tokens.Length)), report.GetProperty("generated_tokens").GetInt32());
        Assert.Equal(prompts.Max(static prompt => Math.Min(4, prompt.Float32Tokens.Length)), report.GetProperty("steps").GetInt32());
        Assert.False(report.GetProperty("cancelled").GetBoolean());
        Assert.InRange(report.GetProperty("peak_memory_bytes").GetInt64(), 10_000_000, 10_000_000_000);
        foreach (string figure in (string[])["cold_start_seconds", "time_to_first_token_seconds", "generation_seconds", "tokens_per_second"])
            Assert.InRange(report.GetProperty(figure).GetDouble(), double.Epsilon, 1e6);

        JsonElement[] answers = [.. report.GetProperty("answers").EnumerateArray()];
        Assert.Equal(prompts.Length, answers.Length);
        foreach ((TransformersPrompt prompt, JsonElement answer) in prompts.Zip(answers))
        {
            Assert.Equal(prompt.Prompt, answer.GetProperty("prompt").GetString());
            Assert.Equal(prompt.Float32Tokens.Take(4), JsonNumbers.Integers(answer.GetProperty("tokens")));
            Assert.Equal(prompt.Float32Tokens.Length <= 4 ? "stop" : "length", answer.GetProperty("finish").GetString());
            Assert.StartsWith(answer.GetProperty("text").GetString()!, prompt.Answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_backend_named_by_the_environment()
    {
        ProgramResult result = ProgramProcess.Run(["add 123 456"], "", ("ATTENTION_BACKEND", "torch_sdpa"));
        Assert.Equal(["579"], result.AssertSucceeded());
        Assert.Contains("TORCH_SDPA: named by the environment variable ATTENTION_BACKEND", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_option_outranks_the_environment()
    {
        ProgramResult result = ProgramProcess.Run(["add 123 456", "--backend", "torch_sdpa"], "", ("ATTENTION_BACKEND", "no_such_thing"));
        Assert.Equal(["579"], result.AssertSucceeded());
        Assert.Contains("TORCH_SDPA: named by the request", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_seed_decides_the_draws()
    {
        string[] arguments = ["add 123 456", "sort 7 3 9 1", "--temperature", "6", "--max-tokens", "12", "--seed"];
        string first = ProgramProcess.Run([.. arguments, "1"]).Output;
        Assert.Equal(first, ProgramProcess.Run([.. arguments, "1"]).Output);
        Assert.NotEqual(first, ProgramProcess.Run([.. arguments, "2"]).Output);
    }

    [Fact]
    public void Help_names_every_option()
    {
        ProgramResult result = ProgramProcess.Run(["--help"]);
        result.AssertSucceeded();
        foreach (string option in (string[])["--model", "--backend", "--device", "--dtype", "--max-tokens", "--max-batch", "--page-size", "--threads", "--temperature", "--seed", "--ignore-eos", "--cuda-graph", "--speculate", "--speculate-branches", "--speculate-ngram", "--speculate-ngram-min", "--json"])
            Assert.Contains(option, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Int64", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version() => Assert.Matches(@"^\d+\.\d+\.\d+", ProgramProcess.Run(["--version"]).AssertSucceeded()[0]);
}
