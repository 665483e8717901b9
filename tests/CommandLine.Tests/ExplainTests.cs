using System.Text.Json;

namespace AttentionGen.Tests;

/// <summary>What <c>attn explain</c> answers.</summary>
public sealed class ExplainTests
{
    public static TheoryData<string, string, string> Inputs => new()
    {
        { "--device cuda:9.0", "device", "cuda:0 (compute capability 9.0)" },
        { "-d rocm:gfx942", "device", "rocm:0 (gfx942)" },
        { "--dtype fp16", "elementType", "Float16" },
        { "--dtype BFLOAT16", "elementType", "BFloat16" },
        { "--dtype float32", "elementType", "Float32" },
        { "--kv-cache fp8", "cacheElementType", "Float8E4M3" },
        { "--kv-cache fp8_e5m2", "cacheElementType", "Float8E5M2" },
        { "--kv-cache half", "cacheElementType", "Float16" },
        { "--head-size 96", "headSize", "96" },
        { "--value-head-size 64", "valueHeadSize", "64" },
        { "--heads 16:4", "queryHeads", "16" },
        { "--heads 16:4", "keyValueHeads", "4" },
        { "--heads 6", "keyValueHeads", "6" },
        { "--page 32", "pageSize", "32" },
        { "--type encoder", "type", "Encoder" },
        { "--type encoder_only", "type", "EncoderOnly" },
        { "--type cross-attention", "type", "CrossAttention" },
        { "--form mla", "form", "MultiHeadLatent" },
        { "--form sparse-mla", "form", "SparseMultiHeadLatent" },
        { "--phase decode", "phase", "Decode" },
        { "--phase draft", "phase", "Draft" },
        { "--layer 0", "layer", "0" },
        { "--graph uniform-batch", "graphCapture", "UniformBatch" },
        { "--graph UniformSingleTokenDecode", "graphCapture", "UniformSingleTokenDecode" },
        { "--requests 7", "expectedRequests", "7" },
        { "--context 900", "expectedContextLength", "900" },
        { "--backend xformers", "backend", "xformers" },
        { "--window", "features", "SlidingWindow" },
        { "--soft-cap", "features", "SoftCap" },
        { "--alibi", "features", "Alibi" },
        { "--sinks", "features", "Sinks" },
        { "--lse", "features", "LogSumExp" },
        { "--non-causal", "features", "NonCausal" },
        { "--tree", "features", "TreeMask" },
        { "--score-functions", "features", "ScoreFunctions" },
        { "--cascade", "features", "Cascade" },
        { "--batch-invariant", "features", "BatchInvariance" },
        { "--bidirectional-spans", "features", "BidirectionalSpans" },
        { "--per-head-scales", "features", "PerHeadScales" },
        { "--form mla --packed-latent-cache", "features", "PackedLatentCache" },
        { "--cache-transfer", "features", "CacheTransfer" },
        { "--prefill-context-parallelism", "features", "PrefillContextParallelism" },
        { "--device-query-lengths", "features", "DeviceQueryLengths" },
        { "--window --sinks", "features", "SlidingWindow, Sinks" },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Every_input_of_a_request_is_an_option(string options, string member, string value)
    {
        CommandResult result = InProcess.Run(["explain", .. options.Split(' '), "--json"]);
        Assert.InRange(result.ExitCode, 0, 1);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        Assert.Equal(value, document.RootElement.GetProperty("request").GetProperty(member).ToString());
    }

    [Fact]
    public void There_is_an_option_for_every_feature()
    {
        string[] tested = [.. Inputs.Where(static row => row.Data.Item2 == "features").Select(static row => row.Data.Item3)];
        Assert.All(Enum.GetValues<AttentionFeatures>().Except([AttentionFeatures.None, AttentionFeatures.ValueHeadSize]), feature => Assert.Contains(feature.ToString(), tested));
    }

    [Theory]
    [InlineData("automatic", "explain")]
    [InlineData("cuda", "explain --head-size 128 --dtype bf16 --kv-cache fp8 --page 16 --device cuda:9.0")]
    [InlineData("vllm", "explain --head-size 128 --device cuda:9.0 --rules vllm --soft-cap")]
    [InlineData("vllm-cpu", "explain --device cpu --rules VLLM")]
    [InlineData("refused", "explain --backend flash_attn --soft-cap --phase decode --layer 3 --requests 4 --context 100 --graph always")]
    [InlineData("none", "explain --device tpu:1 --value-head-size 64 --window --tree")]
    [InlineData("disabled", "explain --disable torch_sdpa --disable flash_attn")]
    public void Its_text(string name, string command)
    {
        CommandResult result = ProgramProcess.Run(command.Split(' '));
        Assert.Equal(result.Output.Contains("No backend is selected", StringComparison.Ordinal) ? 1 : 0, result.ExitCode);
        Repository.AssertVerified($"{result.Output}--- standard error\n{result.Error}", $"explain-{name}");
    }

    [Fact]
    public void The_environment_variable_is_respected_and_named()
    {
        CommandResult result = ProgramProcess.Run(["explain"], ("ATTENTION_BACKEND", "xformers"));
        Assert.Contains("XFORMERS: named by the environment variable ATTENTION_BACKEND\n", result.AssertSucceeded(), StringComparison.Ordinal);

        result = ProgramProcess.Run(["explain", "--soft-cap"], ("ATTENTION_BACKEND", "FLASH_ATTN"));
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error: FLASH_ATTN (named by the environment variable ATTENTION_BACKEND) cannot serve the request", result.Error, StringComparison.Ordinal);

        result = ProgramProcess.Run(["explain", "--backend", "TORCH_SDPA"], ("ATTENTION_BACKEND", "FLASH_ATTN"));
        Assert.Contains("TORCH_SDPA: named by the request\n", result.AssertSucceeded(), StringComparison.Ordinal);

        ProgramProcess.Run(["explain"], ("ATTENTION_BACKEND", "FLASH_ATN")).AssertRefused("Did you mean 'FLASH_ATTN'?");
    }

    [Fact]
    public void A_refusal_as_json()
    {
        CommandResult result = ProgramProcess.Run(["explain", "--backend", "FLASH_ATTN", "--soft-cap", "--json"]);
        Assert.Equal(1, result.ExitCode);
        SelectionReport report = SelectionReport.FromJson(result.Output);
        Assert.Null(report.Backend);
        ReportedReason reason = Assert.Single(report.Candidates.Single(static candidate => candidate.Name == "FLASH_ATTN").Reasons);
        Assert.Equal((ReasonCode.Feature, AttentionFeatures.SoftCap), (reason.Code, reason.Feature));
    }

    [Fact]
    public void A_selection_as_json_in_a_file()
    {
        string path = Path.Combine(EmptyCache.Path, "selection.json");
        Assert.Contains("TORCH_SDPA", InProcess.Run("explain", "--json", path).AssertSucceeded(), StringComparison.Ordinal);
        SelectionReport report = SelectionReport.FromJson(File.ReadAllText(path));
        Assert.Equal(("TORCH_SDPA", "default"), (report.Backend, report.Rules));
    }

    [Theory]
    [InlineData("explain --head-size 0", "--head-size is '0'", "at least 1")]
    [InlineData("explain --head-size x", "--head-size is 'x'")]
    [InlineData("explain --layer -1", "--layer is '-1'", "at least 0")]
    [InlineData("explain --heads 3:2:1", "--heads is '3:2:1'", "32:8")]
    [InlineData("explain --heads 6:4", "6 query heads cannot share 4 KV heads")]
    [InlineData("explain --dtype fp7", "'fp7' is no value of --dtype", "fp32, fp16, bf16")]
    [InlineData("explain --kv-cache int4", "'int4' is no value of --kv-cache", "fp8_e5m2")]
    [InlineData("explain --rules mine", "'mine' is no value of --rules", "default, vllm")]
    [InlineData("explain --device gpu", "'gpu' is not a device", "cuda:9.0")]
    [InlineData("explain --type cross-attention --window", "cross-attention")]
    [InlineData("explain --backend FLASH_ATN", "Did you mean 'FLASH_ATTN'?")]
    [InlineData("explain --backend PALLAS", "no class in this application serves it")]
    [InlineData("explain --disable TORCH_SPDA", "Did you mean 'TORCH_SDPA'?")]
    [InlineData("explain --tuning nothing.json", "nothing.json")]
    [InlineData("explain --tuning a --no-tuning", "Leave one of them out")]
    [InlineData("explain --whatever", "--whatever")]
    [InlineData("explian", "explian")]
    public void What_cannot_be_used_is_refused(string command, params string[] parts) => InProcess.Run(command.Split(' ')).AssertRefused(parts);
}
