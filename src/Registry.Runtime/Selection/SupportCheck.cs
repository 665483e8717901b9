using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>Compares a request with a declaration and gives every reason against it.</summary>
internal static class SupportCheck
{
    public static ImmutableArray<SelectionReason> Check(BackendDescriptor backend, AttentionRequest request)
    {
        if (backend.SupportFor(request.Device.Kind) is not { } support)
        {
            string accepted = backend.Supports.IsEmpty
                ? "no device: its class carries no [AttentionSupport]"
                : string.Join(", ", backend.Supports.Select(static s => DeviceName(s.Device)));
            return [new(ReasonCode.Device, $"device {DeviceName(request.Device.Kind)}", accepted, "use another device or another backend")];
        }

        var reasons = ImmutableArray.CreateBuilder<SelectionReason>();
        CheckDevice(support, request.Device, reasons);
        CheckElementTypes(support, request, reasons);
        CheckSizes(support, request, reasons);
        CheckRole(support, request, reasons);
        CheckFeatures(support, request, reasons);
        return reasons.ToImmutable();
    }

    private static void CheckDevice(BackendSupport support, AttentionDevice device, ImmutableArray<SelectionReason>.Builder reasons)
    {
        int capability = device.ComputeCapability;
        bool bounded = support.MinComputeCapability > 0 || support.MaxComputeCapability > 0;
        bool inside = capability >= support.MinComputeCapability
            && (support.MaxComputeCapability == 0 || capability <= support.MaxComputeCapability);
        if (device.Kind == DeviceKind.Cuda && bounded && !inside)
        {
            string requested = capability == 0 ? "a CUDA device of unknown compute capability" : $"compute capability {Dotted(capability)}";
            string accepted = support.MaxComputeCapability == 0
                ? $"{Dotted(support.MinComputeCapability)} and higher"
                : $"{Dotted(support.MinComputeCapability)} to {Dotted(support.MaxComputeCapability)}";
            reasons.Add(new(ReasonCode.ComputeCapability, requested, accepted, "use another GPU or another backend"));
        }

        if (!support.Architectures.IsEmpty
            && !support.Architectures.Any(prefix => device.Architecture?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) == true))
        {
            reasons.Add(new(ReasonCode.Architecture, $"architecture {device.Architecture ?? "unknown"}",
                string.Join(", ", support.Architectures), "use another GPU or another backend"));
        }
    }

    private static void CheckElementTypes(BackendSupport support, AttentionRequest request, ImmutableArray<SelectionReason>.Builder reasons)
    {
        if (!Contains(support.ElementTypes, request.ElementType))
        {
            reasons.Add(new(ReasonCode.ElementType, $"element type {request.ElementType}", $"{support.ElementTypes}",
                "convert queries, keys and values"));
        }

        ElementType cache = request.CacheElementType ?? request.ElementType;
        if (cache != request.ElementType && !Contains(support.CacheElementTypes, cache))
        {
            string accepted = support.CacheElementTypes == ElementTypes.None
                ? "only that of the queries"
                : $"that of the queries, {support.CacheElementTypes}";
            reasons.Add(new(ReasonCode.CacheElementType, $"KV cache element type {cache}", accepted, "choose another cache element type"));
        }
    }

    private static void CheckSizes(BackendSupport support, AttentionRequest request, ImmutableArray<SelectionReason>.Builder reasons)
    {
        int size = request.HeadSize;
        bool listed = support.HeadSizes.IsEmpty || support.HeadSizes.Contains(size);
        if (!listed || size < support.MinHeadSize || size > support.MaxHeadSize || size % support.HeadSizeMultipleOf != 0)
            reasons.Add(new(ReasonCode.HeadSize, $"head size {size}", AcceptedHeadSizes(support), "use another backend"));

        if (request.PageSize is int page
            && (page % support.PageSizeMultipleOf != 0 || !(support.PageSizes.IsEmpty || support.PageSizes.Contains(page))))
        {
            string accepted = support.PageSizes.IsEmpty
                ? $"multiples of {support.PageSizeMultipleOf}"
                : string.Join(", ", support.PageSizes);
            reasons.Add(new(ReasonCode.PageSize, $"page size {page}", accepted, "choose another page size, or none to let the backend choose"));
        }
    }

    private static void CheckRole(BackendSupport support, AttentionRequest request, ImmutableArray<SelectionReason>.Builder reasons)
    {
        if ((support.Types & request.Type) == 0)
            reasons.Add(new(ReasonCode.AttentionType, $"attention type {request.Type}", $"{support.Types}", "use another backend"));

        if (support.Form != request.Form)
            reasons.Add(new(ReasonCode.Form, $"{request.Form} attention", $"{support.Form}", "use another backend"));
    }

    private static void CheckFeatures(BackendSupport support, AttentionRequest request, ImmutableArray<SelectionReason>.Builder reasons)
    {
        AttentionFeatures asked = request.Features;
        if (request.ValueHeadSize is int valueHeadSize && valueHeadSize != request.HeadSize)
            asked |= AttentionFeatures.ValueHeadSize;

        foreach (AttentionFeatures feature in Enum.GetValues<AttentionFeatures>())
        {
            if ((asked & ~support.Features & feature) != 0)
                reasons.Add(new(ReasonCode.Feature, $"{feature}", $"{support.Features}", "use another backend or a model without it"));
        }
    }

    private static string AcceptedHeadSizes(BackendSupport support)
    {
        if (!support.HeadSizes.IsEmpty)
            return string.Join(", ", support.HeadSizes);

        string range = support.MaxHeadSize == int.MaxValue
            ? $"{support.MinHeadSize} and larger"
            : $"{support.MinHeadSize} to {support.MaxHeadSize}";
        return support.HeadSizeMultipleOf == 1 ? range : $"{range}, multiples of {support.HeadSizeMultipleOf}";
    }

    private static bool Contains(ElementTypes set, ElementType type) => ((int)set & (1 << (int)type)) != 0;

    private static string Dotted(int capability) => $"{capability / 10}.{capability % 10}";

    private static string DeviceName(DeviceKind device) => device.ToString().ToLowerInvariant();
}
