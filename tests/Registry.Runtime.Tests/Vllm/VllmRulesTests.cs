namespace AttentionGen.Tests.Vllm;

/// <summary>vLLM's rules over what is registered.</summary>
[Collection(EnvironmentUse.Name)]
public sealed class VllmRulesTests
{
    private static readonly BackendSupport s_cuda = Descriptors.Cuda with { HeadSizes = [], Features = AttentionFeatures.Sinks | AttentionFeatures.SlidingWindow };

    private static readonly SelectionOptions s_rules = new() { Rules = SelectionRules.Vllm };

    [Fact]
    public void The_order_is_vLLMs_and_what_is_not_registered_says_so()
    {
        StubRegistry registry = new(Descriptors.Make("FLASH_ATTN", s_cuda), Descriptors.Make("TRITON_ATTN", s_cuda), Descriptors.Make("ACME_ATTN", s_cuda));

        Selection selection = registry.Select(VllmRequests.Dense("cuda:10.0"), s_rules);

        Assert.Equal("FLASH_ATTN", selection.Backend.Name);
        Assert.Equal(["FLASHINFER", "FLASH_ATTN", "TRITON_ATTN", "FLEX_ATTENTION", "ACME_ATTN"], selection.Candidates.Select(static candidate => candidate.Name));
        Assert.Equal(ReasonCode.NotServed, Assert.Single(selection.Candidates[0].Reasons).Code);
        Assert.Contains("not ACME_ATTN: supported, and these rules pick it only where it is named", selection.Explain(), StringComparison.Ordinal);
        Assert.Equal("ACME_ATTN", registry.Select(VllmRequests.Dense("cuda:10.0") with { Backend = "acme_attn" }, s_rules).Backend.Name);
    }

    [Fact]
    public void What_the_class_here_cannot_do_counts_too()
    {
        StubRegistry registry = new(Descriptors.Make("FLASH_ATTN", s_cuda with { Features = AttentionFeatures.None }), Descriptors.Make("TRITON_ATTN", s_cuda));

        Selection selection = registry.Select(VllmRequests.Dense("cuda:9.0").With("sinks"), s_rules);

        Assert.Equal("TRITON_ATTN", selection.Backend.Name);
        Assert.Equal(["attention sinks not supported"], selection.Candidates[0].Reasons.Select(static reason => reason.Phrase));
    }

    [Fact]
    public void What_vLLM_refuses_is_refused_though_the_class_here_could()
    {
        StubRegistry registry = new(Descriptors.Make("FLASH_ATTN", s_cuda));

        BackendSelectionException error = Assert.Throws<BackendSelectionException>(() => registry.Select(VllmRequests.Dense("cuda:8.0").With("sinks"), s_rules));

        Assert.Equal(
            ["attention sinks not supported", "sink not supported on compute capability < 9.0"],
            error.Candidates.Single(static candidate => candidate.Name == "FLASH_ATTN").Reasons.Select(static reason => reason.Phrase));
    }

    [Fact]
    public void A_later_name_takes_its_place_where_somebody_registers_it()
    {
        StubRegistry registry = new(
            Descriptors.Make("TRITON_MLA", s_cuda with { Form = AttentionForm.MultiHeadLatent }),
            Descriptors.Make("TOKENSPEED_MLA", s_cuda with { Form = AttentionForm.MultiHeadLatent }));

        Assert.Equal("TOKENSPEED_MLA", registry.Select(VllmRequests.Latent("cuda:10.0"), s_rules).Backend.Name);
        Assert.Equal("TRITON_MLA", registry.Select(VllmRequests.Latent("cuda:9.0"), s_rules).Backend.Name);
    }

    [Theory]
    [InlineData("vllm", "vllm")]
    [InlineData(" VLLM ", "vllm")]
    [InlineData("Default", "default")]
    public void Rules_have_names(string name, string rules) => Assert.Equal(rules, SelectionRules.ByName(name).Name);

    [Fact]
    public void An_unknown_name_of_rules_is_an_error_that_lists_them() =>
        Assert.Contains("Accepted: default, vllm.", Assert.Throws<ArgumentException>(() => SelectionRules.ByName("vlm")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_backend_is_an_error_with_the_nearest_of_the_18() =>
        Assert.Equal("FLASHMLA", Assert.Throws<UnknownBackendException>(
            () => VllmSelector.Predict(VllmRequests.Latent("cuda:9.0") with { Backend = "FLASH_MLA" })).NearestName);
}
