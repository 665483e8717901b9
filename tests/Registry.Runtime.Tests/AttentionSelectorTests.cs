namespace AttentionGen.Tests;

public sealed class AttentionSelectorTests
{
    private static readonly StubRegistry s_registry = new(
        Descriptors.Make("TORCH_SDPA", Descriptors.Cpu, Descriptors.Cuda with { HeadSizes = [] }),
        Descriptors.Make("FLASH_ATTN", Descriptors.Cpu, Descriptors.Cuda),
        Descriptors.Make("ACME_ATTN", Descriptors.Cuda with { HeadSizes = [96] }),
        Descriptors.Make("ZEBRA_ATTN", Descriptors.Cuda),
        Descriptors.Make("PALLAS"));

    [Fact]
    public void On_the_processor_torch_comes_first()
    {
        Selection selection = AttentionSelector.Select(s_registry, Descriptors.CpuRequest);

        Assert.Equal("TORCH_SDPA", selection.Backend.Name);
        Assert.Equal(BackendChoiceSource.Automatic, selection.Source);
    }

    [Fact]
    public void On_a_GPU_flash_attention_comes_first_and_unranked_ones_last_by_name()
    {
        Selection selection = AttentionSelector.Select(s_registry, Descriptors.CudaRequest);

        Assert.Equal(["FLASH_ATTN", "TORCH_SDPA", "ACME_ATTN", "PALLAS", "ZEBRA_ATTN"], selection.Candidates.Select(static candidate => candidate.Name));
        Assert.Equal("FLASH_ATTN", selection.Backend.Name);
    }

    [Fact]
    public void What_the_best_ranked_cannot_do_the_next_one_does() =>
        Assert.Equal("ACME_ATTN", AttentionSelector.Select(
            new StubRegistry(Descriptors.Make("FLASH_ATTN", Descriptors.Cuda), Descriptors.Make("ACME_ATTN", Descriptors.Cuda with { HeadSizes = [96] })),
            Descriptors.CudaRequest with { HeadSize = 96 }).Backend.Name);

    [Fact]
    public void The_explanation_names_the_winner_and_why_not_the_others()
    {
        string[] lines = AttentionSelector.Select(s_registry, Descriptors.CudaRequest).Explain().Split(Environment.NewLine);

        Assert.Equal(
            [
                "FLASH_ATTN: the best-ranked backend that supports the request on cuda:0 (compute capability 9.0)",
                "  not TORCH_SDPA: supported, ranked lower",
                "  not ACME_ATTN: asked for head size 64, accepts 96; use another backend",
                "  not PALLAS: asked for device cuda, accepts no device: its class carries no [AttentionSupport]; use another device or another backend",
                "  not ZEBRA_ATTN: supported, ranked lower",
            ],
            lines);
    }

    [Fact]
    public void A_named_backend_is_taken_in_any_case_though_another_ranks_higher()
    {
        Selection selection = AttentionSelector.Select(s_registry, Descriptors.CudaRequest with { Backend = "zebra_Attn" });

        Assert.Equal("ZEBRA_ATTN", selection.Backend.Name);
        Assert.Equal(BackendChoiceSource.Request, selection.Source);
        Assert.StartsWith("ZEBRA_ATTN: named by the request", selection.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_backend_that_cannot_serve_is_refused_with_the_reason_and_those_that_can()
    {
        BackendSelectionException exception = Assert.Throws<BackendSelectionException>(
            () => AttentionSelector.Select(s_registry, Descriptors.CudaRequest with { Backend = "ACME_ATTN" }));

        Assert.Equal(
            "ACME_ATTN cannot serve the request: asked for head size 64, accepts 96; use another backend. "
            + "Backends that support the request: FLASH_ATTN, TORCH_SDPA, ZEBRA_ATTN.",
            exception.Message);
        Assert.Equal("ACME_ATTN", exception.Request.Backend);
    }

    [Fact]
    public void The_request_beats_the_environment() =>
        Assert.Equal("TORCH_SDPA", AttentionSelector.Select(
            s_registry, Descriptors.CudaRequest with { Backend = "TORCH_SDPA" }, environment: new("FLASH_ATTN", BackendChoiceSource.Environment)).Backend.Name);

    [Fact]
    public void A_choice_of_the_environment_is_strict_and_says_where_it_came_from()
    {
        BackendSelectionException exception = Assert.Throws<BackendSelectionException>(
            () => AttentionSelector.Select(s_registry, Descriptors.CudaRequest, environment: new("PALLAS", BackendChoiceSource.Environment)));

        Assert.StartsWith("PALLAS (named by the environment variable ATTENTION_BACKEND) cannot serve", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_and_an_unserved_name_are_different_errors()
    {
        UnknownBackendException unknown = Assert.Throws<UnknownBackendException>(
            () => AttentionSelector.Select(s_registry, Descriptors.CpuRequest with { Backend = "FLASHATTN" }));
        UnknownBackendException unserved = Assert.Throws<UnknownBackendException>(
            () => AttentionSelector.Select(s_registry, Descriptors.CpuRequest with { Backend = "TREE_ATTN" }));

        Assert.Equal("FLASH_ATTN", unknown.NearestName);
        Assert.StartsWith("'TREE_ATTN' is an in-tree name, but no class in this application serves it.", unserved.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_none_can_serve_the_error_gives_the_reasons_of_each()
    {
        BackendSelectionException exception = Assert.Throws<BackendSelectionException>(
            () => AttentionSelector.Select(s_registry, Descriptors.CudaRequest with { Device = AttentionDevice.Rocm("gfx942") }));

        Assert.StartsWith("No registered backend supports the request on rocm:0 (gfx942).", exception.Message, StringComparison.Ordinal);
        Assert.All(s_registry.Backends, backend => Assert.Contains($"  {backend.Name}: asked for device rocm", exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void An_empty_registry_says_what_to_reference() =>
        Assert.Contains("AttentionGen.Backends", Assert.Throws<BackendSelectionException>(
            () => AttentionSelector.Select(new StubRegistry(), Descriptors.CpuRequest)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_selection_creates_what_serves_the_name()
    {
        Selection selection = AttentionSelector.Select(s_registry, Descriptors.CpuRequest);

        Assert.Equal("TORCH_SDPA", selection.Create<NamedBackend>().Name);
        Assert.Throws<InvalidCastException>(selection.Create<AppBackend>);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_says_what_was_asked_and_what_is_accepted(BackendSupport support, AttentionRequest request, ReasonCode code, string asked, string accepts)
    {
        StubRegistry registry = new(Descriptors.Make("ACME_ATTN", support));
        BackendSelectionException exception = Assert.Throws<BackendSelectionException>(() => AttentionSelector.Select(registry, request));

        SelectionReason reason = Assert.Single(Assert.Single(exception.Candidates).Reasons);
        Assert.Equal((code, asked, accepts), (reason.Code, reason.Requested, reason.Accepted));
        Assert.NotEmpty(reason.Remedy);
    }

    public static TheoryData<BackendSupport, AttentionRequest, ReasonCode, string, string> Refusals()
    {
        BackendSupport cuda = Descriptors.Cuda;
        AttentionRequest request = Descriptors.CudaRequest;
        return new()
        {
            { Descriptors.Cpu, request, ReasonCode.Device, "device cuda", "cpu" },
            { cuda, request with { Device = AttentionDevice.Cuda(75) }, ReasonCode.ComputeCapability, "compute capability 7.5", "8.0 and higher" },
            { cuda, request with { Device = new(DeviceKind.Cuda) }, ReasonCode.ComputeCapability, "a CUDA device of unknown compute capability", "8.0 and higher" },
            { cuda with { MaxComputeCapability = 89 }, request, ReasonCode.ComputeCapability, "compute capability 9.0", "8.0 to 8.9" },
            { cuda with { Device = DeviceKind.Rocm, Architectures = ["gfx9"] }, request with { Device = AttentionDevice.Rocm("gfx1100") }, ReasonCode.Architecture, "architecture gfx1100", "gfx9" },
            { cuda, request with { ElementType = ElementType.Float32 }, ReasonCode.ElementType, "element type Float32", "Float16, BFloat16" },
            { cuda, request with { CacheElementType = ElementType.Float8E4M3 }, ReasonCode.CacheElementType, "KV cache element type Float8E4M3", "only that of the queries" },
            { cuda with { CacheElementTypes = ElementTypes.Float8E5M2 }, request with { CacheElementType = ElementType.Float8E4M3 }, ReasonCode.CacheElementType, "KV cache element type Float8E4M3", "that of the queries, Float8E5M2" },
            { cuda, request with { HeadSize = 80 }, ReasonCode.HeadSize, "head size 80", "64, 128" },
            { cuda with { HeadSizes = [], MaxHeadSize = 256, HeadSizeMultipleOf = 8 }, request with { HeadSize = 260 }, ReasonCode.HeadSize, "head size 260", "1 to 256, multiples of 8" },
            { cuda with { HeadSizes = [], MinHeadSize = 128 }, request, ReasonCode.HeadSize, "head size 64", "128 and larger" },
            { cuda, request with { PageSize = 24 }, ReasonCode.PageSize, "page size 24", "multiples of 16" },
            { cuda with { PageSizes = [16, 64] }, request with { PageSize = 32 }, ReasonCode.PageSize, "page size 32", "16, 64" },
            { cuda, request with { Type = AttentionTypes.EncoderOnly }, ReasonCode.AttentionType, "attention type EncoderOnly", "Decoder" },
            { cuda, request with { Form = AttentionForm.MultiHeadLatent }, ReasonCode.Form, "MultiHeadLatent attention", "MultiHead" },
            { cuda, request with { Features = AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks }, ReasonCode.Feature, "Sinks", "SlidingWindow" },
            { cuda, request with { ValueHeadSize = 32 }, ReasonCode.Feature, "ValueHeadSize", "SlidingWindow" },
            { cuda with { QueryHeads = [16, 128] }, request, ReasonCode.QueryHeads, "8 query heads", "16, 128" },
            { cuda with { MaxQueryHeads = 4 }, request, ReasonCode.QueryHeads, "8 query heads", "up to 4" },
            { cuda with { GroupSizes = [1, 8] }, request, ReasonCode.GroupSize, "4 query heads for each KV head", "1, 8" },
            { cuda, request with { GraphCapture = GraphCaptureLevel.UniformBatch }, ReasonCode.GraphCapture, "graph capture level UniformBatch", "Never" },
        };
    }

    [Fact]
    public void All_reasons_are_given_and_not_the_first_alone()
    {
        AttentionRequest request = Descriptors.CudaRequest with { HeadSize = 80, PageSize = 24, Features = AttentionFeatures.Alibi | AttentionFeatures.SoftCap };
        CandidateVerdict verdict = Assert.Throws<BackendSelectionException>(
            () => AttentionSelector.Select(new StubRegistry(Descriptors.Make("ACME_ATTN", Descriptors.Cuda)), request)).Candidates.Single();

        Assert.Equal([ReasonCode.HeadSize, ReasonCode.PageSize, ReasonCode.Feature, ReasonCode.Feature], verdict.Reasons.Select(static reason => reason.Code));
    }

    [Fact]
    public void A_request_that_contradicts_itself_is_refused_before_any_backend_is_asked()
    {
        Assert.Contains("6 query heads cannot share 4 KV heads", Refuse(Descriptors.CpuRequest with { QueryHeads = 6, KeyValueHeads = 4 }), StringComparison.Ordinal);
        Assert.Contains("HeadSize is 0", Refuse(Descriptors.CpuRequest with { HeadSize = 0 }), StringComparison.Ordinal);
        Assert.Contains("PageSize is -1", Refuse(Descriptors.CpuRequest with { PageSize = -1 }), StringComparison.Ordinal);
        Assert.Contains("exactly one of", Refuse(Descriptors.CpuRequest with { Type = AttentionTypes.Decoder | AttentionTypes.Encoder }), StringComparison.Ordinal);
    }

    private static string Refuse(AttentionRequest request) =>
        Assert.Throws<InvalidAttentionRequestException>(() => AttentionSelector.Select(s_registry, request)).Message;
}
