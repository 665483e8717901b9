using System.Collections.Immutable;

namespace AttentionGen.Tests;

/// <summary>Who decides where several do: request, configuration, environment, nobody; and which of several configured choices.</summary>
public sealed class SelectionPrecedenceTests
{
    private static readonly StubRegistry s_registry = new([.. "FLASH_ATTN TORCH_SDPA XFORMERS ACME_ATTN".Split(' ').Select(static name => Descriptors.Make(
        name, Descriptors.Cpu with { Types = (AttentionTypes)15, Features = AttentionFeatures.SlidingWindow }))]);

    private static readonly BackendChoice s_environment = new("XFORMERS", BackendChoiceSource.Environment);

    [Theory]
    [InlineData("ACME_ATTN", "FLASH_ATTN", true, "ACME_ATTN", BackendChoiceSource.Request)]
    [InlineData(null, "FLASH_ATTN", true, "FLASH_ATTN", BackendChoiceSource.Configuration)]
    [InlineData(null, null, true, "XFORMERS", BackendChoiceSource.Environment)]
    [InlineData(null, null, false, "TORCH_SDPA", BackendChoiceSource.Automatic)]
    [InlineData(null, "auto", true, "TORCH_SDPA", BackendChoiceSource.Automatic)]
    [InlineData("ACME_ATTN", "auto", true, "ACME_ATTN", BackendChoiceSource.Request)]
    public void The_request_comes_before_configuration_before_the_environment(
        string? asked, string? configured, bool hasEnvironment, string winner, BackendChoiceSource source)
    {
        Selection selection = AttentionSelector.Select(
            s_registry, Descriptors.CpuRequest with { Backend = asked },
            new SelectionOptions { Choices = configured is null ? [] : [new() { Backend = configured }] }, hasEnvironment ? s_environment : null);

        Assert.Equal((winner, source), (selection.Backend.Name, selection.Source));
    }

    // Written as backend@layers@kind@phase, the parts that are not given left empty.
    [Theory]
    [InlineData("ACME_ATTN; FLASH_ATTN@@@Decode", "FLASH_ATTN")]
    [InlineData("FLASH_ATTN@@@Decode; XFORMERS@@FullAttention@", "XFORMERS")]
    [InlineData("XFORMERS@@FullAttention@; ACME_ATTN@0-3@@", "ACME_ATTN")]
    [InlineData("ACME_ATTN@0-3@@; FLASH_ATTN@@FullAttention@Decode", "ACME_ATTN")]
    [InlineData("FLASH_ATTN@2@@Decode; ACME_ATTN@0-3@@", "FLASH_ATTN")]
    [InlineData("FLASH_ATTN@2@FullAttention@; ACME_ATTN@2@@Decode", "FLASH_ATTN")]
    [InlineData("ACME_ATTN; FLASH_ATTN@4-7@@; XFORMERS@@SlidingWindow@; XFORMERS@@@Prefill", "ACME_ATTN")]
    [InlineData("ACME_ATTN; FLASH_ATTN@@@Any", null)]
    [InlineData("ACME_ATTN; acme_attn ", "ACME_ATTN")]
    [InlineData("ACME_ATTN; FLASH_ATTN", null)]
    [InlineData("ACME_ATTN@2@@; FLASH_ATTN@0-3@@", null)]
    [InlineData("ACME_ATTN; FLASH_ATTN; XFORMERS@2@@", "XFORMERS")]
    [InlineData("ACME_ATTN; auto@0-3@@", "TORCH_SDPA")]
    [InlineData("auto; FLASH_ATTN@@@Decode", "FLASH_ATTN")]
    [InlineData("FLASH_ATTN@9@@", "XFORMERS")]
    public void The_most_specific_choice_that_matches_holds_in_any_order(string written, string? winner)
    {
        ScopedBackendChoice[] choices = Read(written);
        AttentionRequest request = Descriptors.CpuRequest with { Layer = 2, Phase = AttentionPhase.Decode };
        foreach (ImmutableArray<ScopedBackendChoice> order in (ImmutableArray<ScopedBackendChoice>[])[[.. choices], [.. choices.Reverse()]])
        {
            SelectionOptions options = new() { Choices = order };
            if (winner is not null)
                Assert.Equal(winner, AttentionSelector.Select(s_registry, request, options, s_environment).Backend.Name);
            else
                Assert.StartsWith("The configuration contradicts itself", Refuse(request, options).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("FLASH_ATTN@0-3@@", null, AttentionPhase.Any, "Layer")]
    [InlineData("FLASH_ATTN@0-3@@; ACME_ATTN", null, AttentionPhase.Decode, "Layer")]
    [InlineData("FLASH_ATTN@@@Decode", 2, AttentionPhase.Any, "Phase")]
    [InlineData("FLASH_ATTN@0-3@@Decode", 2, AttentionPhase.Any, "Phase")]
    [InlineData("auto@0-3@@", null, AttentionPhase.Decode, "Layer")]
    public void A_choice_that_depends_on_what_the_request_leaves_open_is_an_error(string written, int? layer, AttentionPhase phase, string member)
    {
        BackendSelectionException error = Refuse(Descriptors.CpuRequest with { Layer = layer, Phase = phase }, new() { Choices = [.. Read(written)] });

        Assert.Contains($"does not say its {member}. Set AttentionRequest.{member}", error.Message, StringComparison.Ordinal);
        Assert.Empty(error.Candidates);
    }

    [Theory]
    [InlineData("FLASH_ATTN@0-3@@Prefill", null, AttentionPhase.Decode, "TORCH_SDPA")]
    [InlineData("FLASH_ATTN@0-3@SlidingWindow@", null, AttentionPhase.Decode, "TORCH_SDPA")]
    [InlineData("FLASH_ATTN@4-7@@Prefill", 2, AttentionPhase.Any, "TORCH_SDPA")]
    [InlineData("FLASH_ATTN@@@Prefill; ACME_ATTN@0-3@@", 2, AttentionPhase.Any, "ACME_ATTN")]
    [InlineData("ACME_ATTN@0-3@@; ACME_ATTN", null, AttentionPhase.Any, "ACME_ATTN")]
    public void What_is_left_open_is_no_error_where_it_changes_nothing(string written, int? layer, AttentionPhase phase, string winner) =>
        Assert.Equal(winner, AttentionSelector.Select(
            s_registry, Descriptors.CpuRequest with { Layer = layer, Phase = phase }, new() { Choices = [.. Read(written)] }).Backend.Name);

    [Fact]
    public void A_configured_backend_is_strict_and_the_message_says_where_it_was_named()
    {
        StubRegistry registry = new(Descriptors.Make("TORCH_SDPA", Descriptors.Cpu), Descriptors.Make("FLASH_ATTN", Descriptors.Cuda));
        SelectionOptions options = new() { Choices = [new() { Backend = "FLASH_ATTN" }] };
        BackendSelectionException error = Assert.Throws<BackendSelectionException>(() => AttentionSelector.Select(registry, Descriptors.CpuRequest, options));

        Assert.StartsWith("FLASH_ATTN (named by the configuration) cannot serve the request", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_an_error_though_its_choice_is_for_another_part()
    {
        SelectionOptions options = new() { Choices = [new() { Backend = "FLASHATTN", Layers = LayerRanges.Parse("9") }] };

        Assert.Equal("FLASH_ATTN", Assert.Throws<UnknownBackendException>(
            () => AttentionSelector.Select(s_registry, Descriptors.CpuRequest with { Layer = 1 }, options)).NearestName);
    }

    [Theory]
    [InlineData(AttentionTypes.Decoder, AttentionForm.MultiHead, AttentionFeatures.None, AttentionLayerKind.FullAttention)]
    [InlineData(AttentionTypes.Decoder, AttentionForm.MultiHead, AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks, AttentionLayerKind.SlidingWindow)]
    [InlineData(AttentionTypes.Encoder, AttentionForm.MultiHead, AttentionFeatures.None, AttentionLayerKind.FullAttention)]
    [InlineData(AttentionTypes.Encoder, AttentionForm.MultiHead, AttentionFeatures.SlidingWindow, AttentionLayerKind.SlidingWindow)]
    [InlineData(AttentionTypes.Decoder, AttentionForm.MultiHeadLatent, AttentionFeatures.None, AttentionLayerKind.MultiHeadLatent)]
    [InlineData(AttentionTypes.Decoder, AttentionForm.SparseMultiHeadLatent, AttentionFeatures.None, AttentionLayerKind.MultiHeadLatent)]
    [InlineData(AttentionTypes.Decoder, AttentionForm.MultiHeadLatent, AttentionFeatures.SlidingWindow, AttentionLayerKind.SlidingWindowMultiHeadLatent)]
    [InlineData(AttentionTypes.EncoderOnly, AttentionForm.MultiHead, AttentionFeatures.SlidingWindow, AttentionLayerKind.EncoderOnly)]
    [InlineData(AttentionTypes.CrossAttention, AttentionForm.MultiHead, AttentionFeatures.None, AttentionLayerKind.CrossAttention)]
    public void The_kind_of_layer_follows_from_role_form_and_window(AttentionTypes type, AttentionForm form, AttentionFeatures features, AttentionLayerKind kind) =>
        Assert.Equal(kind, (Descriptors.CpuRequest with { Type = type, Form = form, Features = features }).LayerKind);

    private static BackendSelectionException Refuse(AttentionRequest request, SelectionOptions options) =>
        Assert.Throws<BackendSelectionException>(() => AttentionSelector.Select(s_registry, request, options, s_environment));

    private static ScopedBackendChoice[] Read(string written) => [.. written.Split("; ").Select(static choice => choice.Split('@')).Select(static parts => new ScopedBackendChoice
    {
        Backend = parts[0],
        Layers = parts is [_, not "", ..] ? LayerRanges.Parse(parts[1]) : null,
        LayerKind = parts is [_, _, not "", ..] ? Enum.Parse<AttentionLayerKind>(parts[2]) : null,
        Phase = parts is [_, _, _, not ""] ? Enum.Parse<AttentionPhase>(parts[3]) : null,
    })];
}
