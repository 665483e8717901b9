namespace AttentionGen.Tests.Vllm.Tables;

/// <summary>vLLM's rules over the classes of an application.</summary>
public sealed class RulesTableTests
{
    private static readonly BackendSupport s_anything = new()
    {
        Device = DeviceKind.Cuda,
        ElementTypes = ElementTypes.Float16 | ElementTypes.BFloat16 | ElementTypes.Float32,
        CacheElementTypes = ElementTypes.Float8E4M3,
        Types = AttentionTypes.Decoder | AttentionTypes.Encoder,
        Features = AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks | AttentionFeatures.Alibi,
    };

    private static readonly SelectionOptions s_options = new() { Rules = SelectionRules.Vllm };

    private static readonly StubRegistry s_registry = new(
        Descriptors.Make("FLASH_ATTN", s_anything),
        Descriptors.Make("FLASHINFER", s_anything with { Features = AttentionFeatures.None }),
        Descriptors.Make("TORCH_SDPA", s_anything, Descriptors.Cpu),
        Descriptors.Make("XFORMERS", s_anything),
        Descriptors.Make("ACME_ATTN", s_anything, Descriptors.Cpu));

    [Fact]
    public void Candidates_are_vLLMs_list_in_its_order_then_the_others_by_name()
    {
        Selection selection = Select("cuda:9.0", "");

        Assert.Equal(
            [("FLASH_ATTN", 0), ("FLASHINFER", 1), ("TRITON_ATTN", 2), ("FLEX_ATTENTION", 3), ("ACME_ATTN", null), ("TORCH_SDPA", null), ("XFORMERS", null)],
            selection.Candidates.Select(static candidate => (candidate.Name, candidate.Rank)));
        Assert.Equal("FLASH_ATTN", selection.Backend.Name);
    }

    [Theory]
    [InlineData("cuda:9.0", "", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "", "FLASHINFER")]
    [InlineData("cuda:10.0", "window", "FLASH_ATTN")] // vLLM's FLASHINFER has windows, the class here has none
    [InlineData("cuda:9.0", "sinks", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "kv=fp8", "FLASH_ATTN")]
    [InlineData("cuda:8.0", "kv=fp8", "FLASHINFER")]
    [InlineData("cpu", "dtype=fp32", "TORCH_SDPA")]
    public void The_first_that_both_vLLM_and_the_class_accept_wins(string device, string words, string winner) =>
        Assert.Equal(winner, Select(device, words).Backend.Name);

    [Theory]
    [InlineData("cuda:8.0", "sinks", "FLASH_ATTN", "attention sinks not supported | sink not supported on compute capability < 9.0")]
    [InlineData("cuda:9.0", "sinks", "FLASHINFER", "attention sinks not supported")] // vLLM's and the class's own are one
    [InlineData("cuda:9.0", "", "TRITON_ATTN", "not registered")]
    [InlineData("cuda:9.0", "head=16", "TRITON_ATTN", "head_size not supported | not registered")]
    [InlineData("cuda:9.0", "window", "FLASHINFER", "sliding window not supported")]
    [InlineData("cuda:9.0", "alibi", "FLASHINFER", "alibi not supported")]
    [InlineData("cuda:9.0", "", "TORCH_SDPA", "device not supported")]
    [InlineData("cuda:9.0", "", "ACME_ATTN", "")]
    [InlineData("cuda:9.0", "softcap", "ACME_ATTN", "logits soft cap not supported")]
    public void vLLMs_reasons_come_first_then_the_classs_own(string device, string words, string name, string phrases) =>
        Assert.Equal(phrases, string.Join(" | ", SelectionRules.Vllm.Judge(device, words, s_registry).Single(verdict => verdict.Name == name).Reasons.Select(static reason => reason.Phrase)));

    [Fact]
    public void A_backend_of_ones_own_is_taken_where_it_is_named_and_never_by_itself()
    {
        Assert.Equal("ACME_ATTN", AttentionSelector.Select(s_registry, Asked.For("cuda:9.0", "head=80") with { Backend = "ACME_ATTN" }, s_options).Backend.Name);
        Assert.Throws<BackendSelectionException>(() => Select("cuda:9.0", "head=80"));
    }

    [Fact]
    public void A_later_name_of_vLLMs_lists_takes_its_place_when_a_class_carries_it()
    {
        StubRegistry registry = new(Descriptors.Make("TURBOQUANT", s_anything), Descriptors.Make("XFORMERS", s_anything));

        Assert.Equal("TURBOQUANT", AttentionSelector.Select(registry, Asked.For("cuda:9.0", ""), s_options).Backend.Name);
    }

    [Fact]
    public void A_name_that_vLLM_would_ignore_on_the_processor_is_refused() =>
        Assert.Contains(
            "FLASH_ATTN cannot serve the request: asked for FLASH_ATTN on CPU, accepts TORCH_SDPA",
            Assert.Throws<BackendSelectionException>(
                () => AttentionSelector.Select(s_registry, Descriptors.CpuRequest with { Backend = "FLASH_ATTN" }, s_options)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void The_platform_is_part_of_the_rules()
    {
        StubRegistry registry = new(
            Descriptors.Make("ROCM_AITER_UNIFIED_ATTN", s_anything with { Device = DeviceKind.Rocm }),
            Descriptors.Make("TRITON_ATTN", s_anything with { Device = DeviceKind.Rocm }));
        SelectionOptions withAiter = new() { Rules = SelectionRules.VllmOn(new() { AiterFound = true }) };

        Assert.Equal("TRITON_ATTN", AttentionSelector.Select(registry, Asked.For("rocm:gfx942", ""), s_options).Backend.Name);
        Assert.Equal("ROCM_AITER_UNIFIED_ATTN", AttentionSelector.Select(registry, Asked.For("rocm:gfx942", ""), withAiter).Backend.Name);
    }

    private static Selection Select(string device, string words) => AttentionSelector.Select(s_registry, Asked.For(device, words), s_options);
}
