using System.Collections.Immutable;
using CsCheck;

namespace AttentionGen.Tests;

/// <summary>All that a selection depends on, drawn at random so that things meet: few names, few sizes, few devices.</summary>
internal sealed record SelectionQuestion(
    ImmutableArray<BackendDescriptor> Backends, AttentionRequest Request, SelectionOptions Options, PriorityTable Priorities, BackendChoice? Environment)
{
    private const AttentionFeatures All = (AttentionFeatures)((1 << 17) - 1);

    private static readonly string[] s_names = ["ACME_ATTN", "FLASH_ATTN", "TORCH_SDPA", "TREE_ATTN", "XFORMERS", "ZEBRA_ATTN"];

    // PALLAS is known and never registered; the last is nobody's.
    private static readonly Gen<string> s_anyName = Gen.Frequency<string>((30, Gen.OneOf(s_names)), (3, Gen.OneOf(" flash_Attn ", "acme_attn")), (1, Gen.OneOf("PALLAS", "FLASHATTN")));

    private static readonly Gen<AttentionDevice> s_device = Gen.OneOf(
        AttentionDevice.Cpu, AttentionDevice.Cpu, AttentionDevice.Cpu, AttentionDevice.Cpu, AttentionDevice.Cuda(90), AttentionDevice.Cuda(90), AttentionDevice.Cuda(90), AttentionDevice.Cuda(90, 1), AttentionDevice.Cuda(75), new(DeviceKind.Cuda), AttentionDevice.Rocm("gfx942"), new(DeviceKind.Tpu));

    private static readonly Gen<AttentionFeatures> s_someFeatures = Gen.Frequency<AttentionFeatures>(
        (8, Gen.Const(AttentionFeatures.None)), (3, Gen.Int[0, 16].Select(static bit => (AttentionFeatures)(1 << bit))), (1, Gen.Int[0, (1 << 17) - 1].Select(static bits => (AttentionFeatures)bits)));

    private static readonly Gen<BackendSupport> s_support =
        from device in Gen.OneOf(DeviceKind.Cpu, DeviceKind.Cpu, DeviceKind.Cuda, DeviceKind.Cuda, DeviceKind.Rocm)
        from capabilities in Gen.Select(Gen.OneOf(0, 0, 0, 80, 90), Gen.OneOf(0, 0, 0, 0, 89, 90))
        from architectures in Rarely<ImmutableArray<string>>([], ["gfx9"], ["gfx11", "GFX9"])
        from types in Gen.Select(Gen.OneOf((ElementTypes)31, (ElementTypes)31, (ElementTypes)31, ElementTypes.Float32, ElementTypes.Float16 | ElementTypes.BFloat16), Gen.OneOf(ElementTypes.None, ElementTypes.Float8E4M3))
        from heads in Gen.Select(Rarely<ImmutableArray<int>>([], [64, 128], [80]), Rarely(1, 80), Rarely(int.MaxValue, 96), Rarely(1, 32, 0))
        from pages in Gen.Select(Mostly<ImmutableArray<int>>([], [16, 64]), Mostly(1, 16, 0))
        from counts in Gen.Select(Rarely<ImmutableArray<int>>([], [8, 16], [32]), Rarely(int.MaxValue, 16), Rarely<ImmutableArray<int>>([], [1, 4], [8]))
        from role in Gen.Select(Rarely((AttentionTypes)15, AttentionTypes.Decoder, AttentionTypes.None), Rarely(AttentionForm.MultiHead, AttentionForm.MultiHeadLatent))
        from features in Gen.Select(Gen.OneOf(All, All, All, AttentionFeatures.SlidingWindow, AttentionFeatures.None), s_someFeatures)
        from level in Gen.Int[0, 3]
        select new BackendSupport
        {
            Device = device, MinComputeCapability = capabilities.Item1, MaxComputeCapability = capabilities.Item2, Architectures = architectures,
            ElementTypes = types.Item1, CacheElementTypes = types.Item2,
            HeadSizes = heads.Item1, MinHeadSize = heads.Item2, MaxHeadSize = heads.Item3, HeadSizeMultipleOf = heads.Item4,
            PageSizes = pages.Item1, PageSizeMultipleOf = pages.Item2, QueryHeads = counts.Item1, MaxQueryHeads = counts.Item2, GroupSizes = counts.Item3,
            Types = role.Item1, Form = role.Item2, Features = features.Item1 & ~features.Item2, GraphCapture = (GraphCaptureLevel)level,
        };

    private static readonly Gen<ImmutableArray<BackendDescriptor>> s_backends =
        from names in Gen.Shuffle(s_names)
        from supports in s_support.Array[0, 3].Array[0, 6]
        select names.Zip(supports, static (name, supports) => Descriptors.Make(name, [.. supports.DistinctBy(static support => support.Device)])).ToImmutableArray();

    private static readonly Gen<AttentionRequest> s_valid =
        from device in s_device
        from types in Gen.Select(Gen.OneOf(ElementType.Float32, ElementType.BFloat16), Mostly<ElementType?>(null, ElementType.Float8E4M3, ElementType.Float32))
        from heads in Gen.Select(Gen.OneOf(64, 64, 64, 80, 128), Gen.OneOf((8, 2), (8, 2), (8, 8), (16, 4), (32, 4)), Mostly<int?>(null, 64, 32))
        from page in Gen.OneOf<int?>(null, null, 16, 24)
        from role in Gen.Select(Mostly(AttentionTypes.Decoder, AttentionTypes.Encoder, AttentionTypes.CrossAttention, AttentionTypes.EncoderOnly), Mostly(AttentionForm.MultiHead, AttentionForm.MultiHeadLatent))
        from features in s_someFeatures
        from part in Gen.Select(Mostly(GraphCaptureLevel.Never, GraphCaptureLevel.UniformBatch, GraphCaptureLevel.Always), Gen.OneOf(Enum.GetValues<AttentionPhase>()), Gen.OneOf<int?>(null, 0, 3, 7))
        from shape in Gen.Select(Mostly<int?>(null, 1, 40), Mostly<int?>(null, 100, 9000))
        from backend in Gen.Frequency<string?>((5, Gen.Const((string?)null)), (1, s_anyName.Select(static name => (string?)name)))
        select new AttentionRequest
        {
            Device = device, ElementType = types.Item1, CacheElementType = types.Item2, HeadSize = heads.Item1,
            QueryHeads = heads.Item2.Item1, KeyValueHeads = heads.Item2.Item2, ValueHeadSize = heads.Item3, PageSize = page,
            Type = role.Item1, Form = role.Item2, Features = features, GraphCapture = part.Item1, Phase = part.Item2, Layer = part.Item3,
            ExpectedRequests = shape.Item1, ExpectedContextLength = shape.Item2, Backend = backend,
        };

    private static readonly Gen<AttentionRequest> s_request =
        from request in s_valid
        from number in Gen.OneOf(0, -1, int.MinValue, 3, 99)
        from member in Gen.Int[0, 99]
        select member switch
        {
            0 => request with { HeadSize = number },
            1 => request with { QueryHeads = number },
            2 => request with { KeyValueHeads = number },
            3 => request with { ValueHeadSize = number },
            4 => request with { PageSize = number },
            5 => request with { Layer = number },
            6 => request with { ExpectedRequests = number },
            7 => request with { ExpectedContextLength = number },
            8 => request with { Device = new((DeviceKind)number) },
            9 => request with { ElementType = (ElementType)number },
            10 => request with { CacheElementType = (ElementType)number },
            11 => request with { Type = (AttentionTypes)number },
            12 => request with { Form = (AttentionForm)number },
            13 => request with { GraphCapture = (GraphCaptureLevel)number },
            14 => request with { Phase = (AttentionPhase)number },
            15 => request with { Features = (AttentionFeatures)number },
            _ => request,
        };

    private static readonly Gen<ScopedBackendChoice> s_choice =
        from backend in Gen.Frequency<string>((4, s_anyName), (1, Gen.OneOf("auto", " AUTO ")))
        from layers in Gen.OneOf<LayerRanges?>(null, null, LayerRanges.Parse("0-3"), LayerRanges.Parse("3,7"))
        from kind in Gen.OneOf<AttentionLayerKind?>(null, null, AttentionLayerKind.FullAttention, AttentionLayerKind.SlidingWindow)
        from phase in Gen.OneOf<AttentionPhase?>(null, null, AttentionPhase.Any, AttentionPhase.Prefill, AttentionPhase.Decode)
        select new ScopedBackendChoice { Backend = backend, Layers = layers, LayerKind = kind, Phase = phase };

    private static readonly Gen<PriorityTable> s_priorities = Gen.Frequency<PriorityTable>(
        (1, Gen.Const(PriorityTable.Default)),
        (1, (
            from device in Gen.OneOf(DeviceKind.Cpu, DeviceKind.Cuda, DeviceKind.Cuda)
            from names in Gen.Shuffle(s_names)
            from count in Gen.Int[0, 6]
            from phase in Gen.OneOf<AttentionPhase?>(null, null, AttentionPhase.Decode)
            from min in Gen.OneOf(0, 90)
            select new PriorityRow { Device = device, Names = [.. names.Take(count)], Phase = phase, MinComputeCapability = min })
            .Array[0, 4].Select(static rows => new PriorityTable([.. rows]))));

    private static readonly Gen<AvailabilitySnapshot> s_availability =
        from device in s_device
        from names in Gen.Shuffle(s_names)
        from states in Gen.Int[0, 3].Array[0, 6]
        select new AvailabilitySnapshot(device, [.. names.Zip(states, static (name, state) => new BackendAvailability
        {
            Name = name,
            State = (AvailabilityState)Math.Min(state, 2),
            Problem = state < 3 ? null : new SelectionReason(ReasonCode.ProbeFailed, name, "right numbers", "use another backend"),
        })]);

    private static readonly Gen<TuningEntry> s_measured =
        from device in s_device
        from features in Mostly(AttentionFeatures.None, AttentionFeatures.SlidingWindow)
        from heads in Gen.Select(Mostly(64, 128), Mostly(4, 1))
        from phase in Gen.OneOf(AttentionPhase.Prefill, AttentionPhase.Decode, AttentionPhase.Decode)
        from shape in Gen.Select(Gen.OneOf(1, 16, 64), Gen.OneOf(128, 4096))
        from type in Gen.OneOf(ElementType.Float32, ElementType.BFloat16)
        from names in Gen.Shuffle(s_names)
        from times in Gen.Int[1, 4].Array[0, 6]
        select new TuningEntry
        {
            Device = device, ElementType = type, CacheElementType = type, HeadSize = heads.Item1, GroupSize = heads.Item2, Features = features,
            Phase = phase, Requests = shape.Item1, ContextLength = shape.Item2,
            Ranking = [.. names.Zip(times, static (name, time) => new MeasuredBackend(name, time))],
        };

    public static Gen<SelectionQuestion> Any { get; } =
        from backends in s_backends
        from request in s_request
        from priorities in s_priorities
        from choices in Gen.Frequency<ScopedBackendChoice[]>((2, Gen.Const(System.Array.Empty<ScopedBackendChoice>())), (1, s_choice.Array[1, 4]))
        from disabled in Gen.Frequency<string[]>((4, Gen.Const(System.Array.Empty<string>())), (1, s_anyName.Array[1, 3]))
        from availability in Gen.Frequency<AvailabilitySnapshot?>((2, Gen.Const((AvailabilitySnapshot?)null)), (1, s_availability.Select(static snapshot => (AvailabilitySnapshot?)snapshot)))
        from tuning in Gen.Frequency<TuningTable?>((1, Gen.Const((TuningTable?)null)), (1, s_measured.Array[0, 32].Select(static entries => (TuningTable?)new TuningTable([.. entries]))))
        from environment in Gen.Frequency<BackendChoice?>((6, Gen.Const((BackendChoice?)null)), (1, s_anyName.Select(static name => (BackendChoice?)new BackendChoice(name, BackendChoiceSource.Environment))))
        select new SelectionQuestion(
            backends, request,
            new SelectionOptions
            {
                Rules = ReferenceEquals(priorities, PriorityTable.Default) ? SelectionRules.Default : SelectionRules.WithPriorities(priorities),
                Choices = [.. choices], Disabled = [.. disabled], Availability = availability, Tuning = tuning,
            },
            priorities, environment);

    private static Gen<T> Mostly<T>(T usual, params T[] others) => Gen.Frequency<T>((5, Gen.Const(usual)), (1, Gen.OneOf(others)));

    private static Gen<T> Rarely<T>(T usual, params T[] others) => Gen.Frequency<T>((9, Gen.Const(usual)), (1, Gen.OneOf(others)));
}
