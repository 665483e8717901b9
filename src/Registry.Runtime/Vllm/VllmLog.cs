using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>The line that vLLM logs about its choice, which differs by platform.</summary>
internal static class VllmLog
{
    public static string Named(VllmBackend chosen, AttentionRequest request) => request.Device.Kind switch
    {
        DeviceKind.Cuda => $"Using AttentionBackendEnum.{chosen.Name} backend.",
        DeviceKind.Rocm => $"Using {chosen.Name} backend (selected via --attention-backend).",
        DeviceKind.Xpu => Xpu(chosen, request, isNamed: true),
        DeviceKind.Tpu => "Using Pallas V1 backend.",
        _ => "Using Torch SDPA backend.",
    };

    public static string Automatic(VllmBackend chosen, ImmutableArray<VllmVerdict> verdicts, AttentionRequest request) => request.Device.Kind switch
    {
        DeviceKind.Cuda => $"Using {chosen.Name} attention backend out of potential backends: {Valid(verdicts)}.",
        DeviceKind.Rocm => Rocm(chosen, verdicts, request),
        DeviceKind.Xpu => Xpu(chosen, request, isNamed: false),
        _ => Named(chosen, request),
    };

    private static string Rocm(VllmBackend chosen, ImmutableArray<VllmVerdict> verdicts, AttentionRequest request)
    {
        string[] rejected = [.. verdicts.Where(static verdict => !verdict.IsValid).Select(static verdict => verdict.Backend.Name)];
        return rejected.Length == 0
            ? $"Using {chosen.Name} backend out of potential backends: {Valid(verdicts)}."
            : $"Found incompatible backend(s) [{string.Join(", ", rejected)}] with {VllmTerms.AttentionTypeName(request.Type)}. "
                + $"Overriding with {chosen.Name} out of potential backends: {Valid(verdicts)}.";
    }

    private static string Xpu(VllmBackend chosen, AttentionRequest request, bool isNamed)
    {
        const string FallBack = "Falling back to Triton Attention backend.";
        if (chosen.IsLatent)
            return "Using Triton MLA backend on V1 engine.";
        if (chosen.Backend == Backend.FlashAttn)
            return "Using Flash Attention backend.";
        if (isNamed)
            return "Using Triton backend.";
        return VllmTerms.Has(request, AttentionFeatures.BidirectionalSpans)
            ? $"Flash Attention on XPU does not support multimodal prefix-LM attention. {FallBack}"
            : $"{VllmXpu.NoFloat32} {FallBack}";
    }

    private static string Valid(ImmutableArray<VllmVerdict> verdicts) =>
        VllmTerms.PythonList(verdicts.Where(static verdict => verdict.IsValid).Select(static verdict => verdict.Backend.Name));
}
