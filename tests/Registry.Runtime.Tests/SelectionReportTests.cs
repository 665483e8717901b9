using System.Text.Json;

namespace AttentionGen.Tests;

public sealed class SelectionReportTests
{
    private static readonly StubRegistry s_registry = new(
        Descriptors.Make("FLASH_ATTN", Descriptors.Cuda), Descriptors.Make("TORCH_SDPA", Descriptors.Cpu, Descriptors.Cuda with { HeadSizes = [] }));

    private static readonly AttentionRequest s_request = Descriptors.CudaRequest with
    {
        HeadSize = 80, Features = AttentionFeatures.SlidingWindow, Layer = 3, Phase = AttentionPhase.Decode,
    };

    [Fact]
    public void A_selection_comes_back_from_JSON_as_it_was()
    {
        SelectionReport report = AttentionSelector.Select(s_registry, s_request).ToReport();

        SelectionReport read = SelectionReport.FromJson(report.ToJson());

        Assert.Equal((s_request, "TORCH_SDPA", BackendChoiceSource.Automatic, "default"), (read.Request, read.Backend, read.Source, read.Rules));
        Assert.Equal(report.Explanation, read.Explanation);
        Assert.Equal(["FLASH_ATTN", "TORCH_SDPA"], read.Candidates.Select(static candidate => candidate.Name));
        ReportedReason reason = Assert.Single(read.Candidates[0].Reasons);
        Assert.Equal(
            (ReasonCode.HeadSize, null, "head size 80", "64, 128", "head_size not supported"),
            (reason.Code, reason.Feature, reason.Requested, reason.Accepted, reason.Phrase));
    }

    [Fact]
    public void The_JSON_has_names_and_no_numbers_for_enums_and_leaves_out_what_is_not_there()
    {
        using JsonDocument json = JsonDocument.Parse(AttentionSelector.Select(s_registry, s_request).ToReport().ToJson());

        Assert.Equal("cuda:0 (compute capability 9.0)", json.RootElement.GetProperty("request").GetProperty("device").GetString());
        Assert.Equal("BFloat16", json.RootElement.GetProperty("request").GetProperty("elementType").GetString());
        Assert.Equal("SlidingWindow", json.RootElement.GetProperty("request").GetProperty("layerKind").GetString());
        Assert.Equal("Automatic", json.RootElement.GetProperty("source").GetString());
        Assert.False(json.RootElement.GetProperty("candidates")[0].TryGetProperty("measuredMicroseconds", out _));
        Assert.Equal("HeadSize", json.RootElement.GetProperty("candidates")[0].GetProperty("reasons")[0].GetProperty("code").GetString());
    }

    [Fact]
    public void A_refusal_has_a_report_too()
    {
        BackendSelectionException error = Assert.Throws<BackendSelectionException>(
            () => AttentionSelector.Select(s_registry, s_request with { Backend = "FLASH_ATTN" }));

        SelectionReport report = SelectionReport.FromJson(error.ToReport().ToJson());

        Assert.Null(report.Backend);
        Assert.Null(report.Source);
        Assert.Equal(error.Message, report.Explanation);
        Assert.Equal(2, report.Candidates.Length);
    }
}
