namespace AttentionGen.Tests;

/// <summary>What is disabled, not available, measured or ordered otherwise.</summary>
public sealed class SelectionOptionsTests
{
    private static readonly StubRegistry s_registry = new(
        Descriptors.Make("FLASH_ATTN", Descriptors.Cpu, Descriptors.Cuda with { HeadSizes = [] }),
        Descriptors.Make("TORCH_SDPA", Descriptors.Cpu, Descriptors.Cuda with { PageSizeMultipleOf = 1 }));

    private static readonly SelectionReason s_problem = new(ReasonCode.ProbeFailed, "a small case", "right numbers", "update the driver");

    [Theory]
    [InlineData("TORCH_SDPA")]
    [InlineData(" torch_sdpa ")]
    public void A_disabled_backend_is_out_and_naming_it_all_the_same_is_an_error(string disabled)
    {
        SelectionOptions options = new() { Disabled = [disabled, "TORCH_SDPA"] };
        Selection selection = AttentionSelector.Select(s_registry, Descriptors.CpuRequest, options);

        Assert.Equal("FLASH_ATTN", selection.Backend.Name);
        SelectionReason reason = Assert.Single(selection.Candidates[0].Reasons);
        Assert.Equal((ReasonCode.Disabled, "disabled"), (reason.Code, reason.Phrase));
        BackendSelectionException error = Assert.Throws<BackendSelectionException>(
            () => AttentionSelector.Select(s_registry, Descriptors.CpuRequest with { Backend = "TORCH_SDPA" }, options));
        Assert.Equal(
            "TORCH_SDPA cannot serve the request: asked for TORCH_SDPA, accepts the backends that are not disabled; enable it or use another backend. "
            + "Backends that support the request: FLASH_ATTN.", error.Message);
    }

    [Fact]
    public void To_disable_an_unknown_backend_is_an_error() => Assert.Equal("FLASHATTN", Assert.Throws<UnknownBackendException>(
        () => AttentionSelector.Select(s_registry, Descriptors.CpuRequest, new() { Disabled = ["FLASHATTN"] })).RequestedName);

    [Theory]
    [InlineData("cuda:9.0", "cuda:9.0", true)]
    [InlineData("cuda:0 (compute capability 9.0)", "cuda", true)]
    [InlineData("cuda:9.0", "cuda:8.0", false)]
    [InlineData("cuda", "cuda:9.0", false)]
    [InlineData("cuda:1 (compute capability 9.0)", "cuda:9.0", false)]
    [InlineData("cpu", "cuda:9.0", false)]
    public void What_was_found_holds_for_the_device_that_was_looked_at(string found, string asked, bool holds)
    {
        SelectionOptions options = new()
        {
            Availability = new(AttentionDevice.Parse(found), [new() { Name = "FLASH_ATTN", State = AvailabilityState.Loadable, Problem = s_problem }]),
        };
        StubRegistry registry = new([.. s_registry.Backends.Select(static backend => backend with { Supports = [.. backend.Supports.Select(static support => support with { MinComputeCapability = 0 })] })]);
        Selection selection = AttentionSelector.Select(registry, Descriptors.CudaRequest with { Device = AttentionDevice.Parse(asked) }, options);

        Assert.Equal(holds ? "TORCH_SDPA" : "FLASH_ATTN", selection.Backend.Name);
        CandidateVerdict flash = selection.Candidates.Single(static candidate => candidate.Name == "FLASH_ATTN");
        Assert.Equal(holds ? [s_problem] : [], flash.Reasons);
        Assert.Equal(holds, flash.Availability is not null);
    }

    [Fact]
    public void A_finding_without_a_problem_is_shown_and_rules_nothing_out()
    {
        BackendAvailability probed = new() { Name = "TORCH_SDPA", State = AvailabilityState.Probed, Detail = "ran" };
        Selection selection = AttentionSelector.Select(s_registry, Descriptors.CpuRequest, new() { Availability = new(AttentionDevice.Cpu, [probed]) });

        Assert.Equal(("TORCH_SDPA", probed), (selection.Backend.Name, selection.Candidates[0].Availability));
    }

    [Fact]
    public void A_backend_that_the_page_size_alone_rules_out_is_mentioned()
    {
        AttentionRequest request = Descriptors.CudaRequest with { PageSize = 24 };
        Selection selection = AttentionSelector.Select(s_registry, request);

        Assert.Equal("TORCH_SDPA", selection.Backend.Name);
        Assert.Equal(["FLASH_ATTN"], selection.PrecludedByPageSize);
        Assert.EndsWith("  the page size 24 alone rules out FLASH_ATTN; leave it open to let the backend choose", selection.Explain(), StringComparison.Ordinal);
        Assert.Empty(AttentionSelector.Select(s_registry, request with { Backend = "TORCH_SDPA" }).PrecludedByPageSize);
        Assert.Empty(AttentionSelector.Select(s_registry, request, new() { Disabled = ["FLASH_ATTN"] }).PrecludedByPageSize);
        Assert.Empty(AttentionSelector.Select(s_registry, request with { PageSize = 16 }).PrecludedByPageSize);
    }

    [Fact]
    public void A_measured_ranking_comes_before_the_order_of_the_rules()
    {
        Selection selection = AttentionSelector.Select(s_registry, Descriptors.CpuRequest, Measured(("FLASH_ATTN", 12.5), ("TORCH_SDPA", 40)));

        Assert.Equal(
            ["FLASH_ATTN: the fastest as measured on cpu, 12.5 us (decode of 16 x 4096)", "  not TORCH_SDPA: supported, 40 us as measured"],
            selection.Explain().Split(Environment.NewLine));
    }

    [Fact]
    public void Where_the_fastest_is_out_its_time_is_not_taken_for_the_winners()
    {
        SelectionOptions measured = Measured(("FLASH_ATTN", 12.5));
        Selection selection = AttentionSelector.Select(
            s_registry, Descriptors.CpuRequest, new SelectionOptions { Tuning = measured.Tuning, Disabled = ["FLASH_ATTN"] });

        Assert.Equal("TORCH_SDPA", selection.Backend.Name);
        Assert.StartsWith("TORCH_SDPA: the best-ranked backend that supports the request on cpu", selection.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_order_of_the_rules_picks_another_backend()
    {
        PriorityTable table = new([new() { Device = DeviceKind.Cpu, Phase = AttentionPhase.Decode, Names = ["FLASH_ATTN"] }]);
        SelectionOptions options = new() { Rules = SelectionRules.WithPriorities(table) };

        Assert.Equal("FLASH_ATTN", AttentionSelector.Select(s_registry, Descriptors.CpuRequest with { Phase = AttentionPhase.Decode }, options).Backend.Name);
        Assert.Equal([0, 0], AttentionSelector.Select(s_registry, Descriptors.CpuRequest, options).Candidates.Select(static candidate => candidate.Rank));
    }

    private static SelectionOptions Measured(params (string Name, double Microseconds)[] ranking) => new()
    {
        Tuning = new([TuningTableTests.Entry with { Ranking = [.. ranking.Select(static measured => new MeasuredBackend(measured.Name, measured.Microseconds))] }]),
    };
}
