using AttentionGen.Tests.Attention;
using Xunit;

namespace AttentionGen.Tests.Availability;

public sealed class BackendProbeTests
{
    private static readonly BackendProbeOptions s_inMemory = new() { KeepOnDisk = false };

    [Fact]
    public void All_in_tree_backends_that_declare_the_device_pass_their_probe()
    {
        AvailabilitySnapshot snapshot = BackendProbe.Run(AttentionRegistry.Instance, TestDevice.Current, s_inMemory with { Anew = true });

        Assert.Equal(
            AttentionRegistry.Instance.Backends.Where(static backend => backend.SupportFor(TestDevice.Current.Kind) is not null).Select(static backend => backend.Name),
            snapshot.Backends.Select(static backend => backend.Name));
        Assert.All(snapshot.Backends, static backend => Assert.True(
            backend.State == AvailabilityState.Probed || backend.Detail?.StartsWith("Not probed: the probe runs multi-head", StringComparison.Ordinal) == true, $"{backend.Name}: {backend.Problem} {backend.Detail}"));
        Assert.Empty(snapshot.Notes);
        foreach (BackendAvailability backend in snapshot.Backends)
            TestContext.Current.SendDiagnosticMessage($"{backend.Name}: {backend.Detail}");
    }

    [Theory]
    [InlineData(StubFault.ThrowsInConstructor, AvailabilityState.Declared, ReasonCode.NotLoadable, "InvalidOperationException: no licence file")]
    [InlineData(StubFault.ThrowsWhenAsked, AvailabilityState.Declared, ReasonCode.NotLoadable, "DllNotFoundException: libacme.so")]
    [InlineData(StubFault.LacksLibrary, AvailabilityState.Declared, ReasonCode.NotLoadable, "accepts libacme.so 2 or later; install the package acme")]
    [InlineData(StubFault.ThrowsInForward, AvailabilityState.Loadable, ReasonCode.ProbeFailed, "it threw InvalidOperationException: no kernel image is available")]
    [InlineData(StubFault.WrongNumbers, AvailabilityState.Loadable, ReasonCode.ProbeFailed, "in the prefill, request 0, position 0, head 0, element 0 is ")]
    [InlineData(StubFault.NaN, AvailabilityState.Loadable, ReasonCode.ProbeFailed, "in the prefill, request 1, position 15, head 0, element 0 is NaN")]
    [InlineData(StubFault.LeavesRowsOut, AvailabilityState.Loadable, ReasonCode.ProbeFailed, "in the prefill, request 0, position 0, head 0, element 0 is NaN")]
    [InlineData(StubFault.WrongCache, AvailabilityState.Loadable, ReasonCode.ProbeFailed, "in the decode, request 0, position 19, head 0, element 0 is NaN")]
    [InlineData(StubFault.ForgetsToStore, AvailabilityState.Loadable, ReasonCode.ProbeFailed, "in the decode, request 0, position 19, head 0, element 0 is ")]
    public void A_broken_backend_is_out_with_the_reason_and_the_others_are_not(StubFault fault, AvailabilityState state, ReasonCode code, string text)
    {
        StubRegistry registry = new(("BROKEN", fault), ("WHOLE", StubFault.None));

        AvailabilitySnapshot snapshot = BackendProbe.Run(registry, AttentionDevice.Cpu, s_inMemory);

        BackendAvailability broken = snapshot.Find("BROKEN")!;
        Assert.False(broken.IsUsable);
        Assert.Equal((state, code), (broken.State, broken.Problem!.Code));
        Assert.Contains(text, broken.Problem.ToString(), StringComparison.Ordinal);
        Assert.Equal((AvailabilityState.Probed, true), (snapshot.Find("WHOLE")!.State, snapshot.Find("WHOLE")!.IsUsable));

        AttentionRequest request = new() { Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, HeadSize = 64, QueryHeads = 4, KeyValueHeads = 2 };
        Assert.Equal("BROKEN", AttentionSelector.Select(registry, request).Backend.Name);
        Assert.Equal("WHOLE", AttentionSelector.Select(registry, request, new SelectionOptions { Availability = snapshot }).Backend.Name);
    }

    [Fact]
    public void A_backend_that_throws_when_it_is_disposed_has_passed() =>
        Assert.Equal(AvailabilityState.Probed, Assert.Single(BackendProbe.Run(new StubRegistry(("X", StubFault.ThrowsInDispose)), AttentionDevice.Cpu, s_inMemory).Backends).State);

    [Theory]
    [InlineData(AvailabilityState.Declared, StubFault.ThrowsInConstructor)]
    [InlineData(AvailabilityState.Loadable, StubFault.WrongNumbers)]
    public void Nothing_is_tried_beyond_the_wanted_state(AvailabilityState state, StubFault fault)
    {
        BackendAvailability found = Assert.Single(BackendProbe.Run(new StubRegistry(("X", fault)), AttentionDevice.Cpu, s_inMemory with { UpTo = state }).Backends);

        Assert.Equal((state, true), (found.State, found.IsUsable));
    }

    [Fact]
    public void Only_named_backends_are_looked_at_in_any_case() =>
        Assert.Equal(["B"], BackendProbe.Run(
            new StubRegistry(("A", StubFault.None), ("B", StubFault.None)), AttentionDevice.Cpu, s_inMemory with { Backends = ["b"] }).Backends.Select(static backend => backend.Name));

    [Fact]
    public void An_unknown_name_is_an_error() =>
        Assert.Throws<UnknownBackendException>(static () => BackendProbe.Run(new StubRegistry(("A", StubFault.None)), AttentionDevice.Cpu, s_inMemory with { Backends = ["C"] }));

    [Fact]
    public void The_case_follows_the_declaration()
    {
        BackendSupport support = StubRegistry.Cpu with
        {
            ElementTypes = ElementTypes.BFloat16, HeadSizes = [80, 128], PageSizes = [48], GroupSizes = [3], QueryHeads = [4, 6, 12],
        };
        BackendAvailability found = Assert.Single(BackendProbe.Run(new StubRegistry([("X", StubFault.None, support)]), AttentionDevice.Cpu, s_inMemory).Backends);

        Assert.Equal(AvailabilityState.Probed, found.State);
        Assert.Contains("(BFloat16, heads 6:2 of 80, pages of 48)", found.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AttentionForm.MultiHeadLatent, AttentionTypes.Decoder, "form is MultiHeadLatent")]
    [InlineData(AttentionForm.MultiHead, AttentionTypes.EncoderOnly, "declares EncoderOnly")]
    public void What_the_probe_cannot_run_stays_loadable_and_usable(AttentionForm form, AttentionTypes types, string text)
    {
        BackendSupport support = StubRegistry.Cpu with { Form = form, Types = types };
        BackendAvailability found = Assert.Single(BackendProbe.Run(new StubRegistry([("X", StubFault.None, support)]), AttentionDevice.Cpu, s_inMemory).Backends);

        Assert.Equal((AvailabilityState.Loadable, true), (found.State, found.IsUsable));
        Assert.Contains(text, found.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_not_there_makes_backends_not_loadable_in_libtorchs_own_words()
    {
        Assert.SkipWhen(TestDevice.Current.Kind == DeviceKind.Cuda, "This machine has CUDA.");

        AvailabilitySnapshot snapshot = BackendProbe.Run(AttentionRegistry.Instance, AttentionDevice.Cuda(90), s_inMemory);

        Assert.NotEmpty(snapshot.Backends);
        Assert.All(snapshot.Backends, static backend =>
        {
            Assert.Equal((AvailabilityState.Declared, ReasonCode.NotLoadable), (backend.State, backend.Problem!.Code));
            Assert.Contains("CPU build", backend.Problem.Remedy, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_run_time_override_is_what_is_probed_and_is_not_kept()
    {
        StubRegistry registry = new(("X", StubFault.None));
        Assert.True(Probe().IsUsable);
        registry.SetOverride("X", static () => new StubBackend(StubFault.NaN));
        Assert.False(Probe().IsUsable);
        registry.SetOverride("X", static () => new StubBackend(StubFault.None));
        Assert.True(Probe().IsUsable);

        BackendAvailability Probe() => Assert.Single(BackendProbe.Run(registry, AttentionDevice.Cpu, s_inMemory).Backends);
    }
}
