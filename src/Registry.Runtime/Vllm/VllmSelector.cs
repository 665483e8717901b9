using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// Says which backend vLLM would use: its order, its conditions and its words, for the 18 in-tree names. A pure function of
/// its arguments; nothing needs to be registered, and no device is needed.
/// </summary>
/// <remarks>
/// It differs from vLLM in one thing: a named backend is strict on every platform. Where vLLM puts a name aside (CPU, TPU, and
/// XPU for float32) the answer is an error with the phrase that vLLM logs. docs/vllm-rules.md has the table of inputs.
/// </remarks>
public static class VllmSelector
{
    /// <summary>Predicts vLLM's choice.</summary>
    /// <param name="request">What is asked; <see cref="AttentionRequest.Backend"/> is vLLM's <c>--attention-backend</c>.</param>
    /// <param name="platform">How vLLM was built and set up; null: <see cref="VllmPlatform.Default"/>.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="InvalidAttentionRequestException">The request contradicts itself.</exception>
    /// <exception cref="UnknownBackendException">The named backend is none of the 18.</exception>
    /// <exception cref="BackendSelectionException">vLLM refuses the request; the message begins with vLLM's own.</exception>
    public static VllmPrediction Predict(AttentionRequest request, VllmPlatform? platform = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        platform ??= VllmPlatform.Default;
        return request.Backend is { } name && !name.Trim().Equals(ScopedBackendChoice.Automatic, StringComparison.OrdinalIgnoreCase)
            ? PredictNamed(request, Find(name), platform)
            : PredictAutomatic(request, platform);
    }

    /// <summary>The verdicts on those of the 18 that are in vLLM's order for a request.</summary>
    internal static ImmutableArray<VllmVerdict> Judge(AttentionRequest request, VllmPlatform platform)
    {
        ImmutableArray<string> order = VllmPriorities.OrderFor(request, platform);
        var verdicts = ImmutableArray.CreateBuilder<VllmVerdict>(order.Length);
        foreach (string name in order)
        {
            if (BackendNames.TryParse(name, out Backend inTree))
                verdicts.Add(new VllmVerdict(VllmBackends.Of(inTree), Check(VllmBackends.Of(inTree), request, platform, isNamed: false)));
        }

        return verdicts.DrainToImmutable();
    }

    // Where a backend is named, names that the platform does not take are refused; what stands in its order is taken.
    internal static ImmutableArray<SelectionReason> Check(VllmBackend backend, AttentionRequest request, VllmPlatform platform, bool isNamed) =>
        request.Device.Kind switch
        {
            // These platforms have one backend and compare nothing with what it can do.
            DeviceKind.Cpu => OnlyOne(backend, request, "TORCH_SDPA", "CPU"),
            DeviceKind.Tpu => OnlyOne(backend, request, "PALLAS", "TPU"),
            DeviceKind.Xpu => isNamed ? VllmXpu.Check(backend, request, platform) : [],
            _ => VllmCheck.Check(backend, request, platform),
        };

    private static ImmutableArray<SelectionReason> OnlyOne(VllmBackend backend, AttentionRequest request, string only, string platform)
    {
        if (VllmTerms.UsesSparse(request))
            return [VllmRefusals.NotImplemented("Sparse Attention", platform)];
        if (VllmTerms.UsesLatent(request))
            return [VllmRefusals.NotImplemented("MLA", platform)];
        return backend.Name == only ? [] : [VllmRefusals.OtherPlatform(backend.Name, platform, only)];
    }

    private static VllmPrediction PredictNamed(AttentionRequest request, VllmBackend backend, VllmPlatform platform)
    {
        VllmVerdict verdict = new(backend, Check(backend, request, platform, isNamed: true));
        if (!verdict.IsValid)
        {
            throw Refusal(
                $"Selected backend AttentionBackendEnum.{backend.Name} is not valid for this configuration. Reason: {PythonList(verdict.Phrases)}",
                request, [verdict], platform);
        }

        return new VllmPrediction
        {
            Request = request,
            Backend = backend,
            Candidates = [verdict],
            RequiredCacheLayout = backend.RequiredCacheLayoutOn(request.Device),
            Log = $"Using AttentionBackendEnum.{backend.Name} backend.",
        };
    }

    private static VllmPrediction PredictAutomatic(AttentionRequest request, VllmPlatform platform)
    {
        ImmutableArray<VllmVerdict> verdicts = Judge(request, platform);
        VllmVerdict[] valid = [.. verdicts.Where(static verdict => verdict.IsValid)];
        if (valid.Length == 0)
            throw Refusal(NoneMessage(request, verdicts), request, verdicts, platform);

        return new VllmPrediction
        {
            Request = request,
            Backend = valid[0].Backend,
            Candidates = verdicts,
            RequiredCacheLayout = valid[0].Backend.RequiredCacheLayoutOn(request.Device),
            Log = $"Using {valid[0].Backend.Name} attention backend out of potential backends: {PythonList(valid.Select(static verdict => verdict.Backend.Name))}.",
            Warning = PageSizeWarning(request, verdicts, valid[0].Backend),
        };
    }

    private static string? PageSizeWarning(AttentionRequest request, ImmutableArray<VllmVerdict> verdicts, VllmBackend winner)
    {
        if (request.PageSize is not int size || request.Device.Kind != DeviceKind.Cuda)
            return null;

        string[] precluded =
        [
            .. verdicts.TakeWhile(verdict => verdict.Backend != winner)
                .Where(static verdict => verdict.Reasons is [{ Code: ReasonCode.PageSize }])
                .Select(static verdict => verdict.Backend.Name),
        ];
        return precluded.Length == 0
            ? null
            : $"--block-size {size} precluded higher-priority backend(s) {string.Join(", ", precluded)}. Using {winner.Name} instead, which may result in reduced performance. Consider removing --block-size to auto-select the optimal block size.";
    }

    private static string NoneMessage(AttentionRequest request, ImmutableArray<VllmVerdict> verdicts)
    {
        string platform = VllmTerms.PlatformName(request.Device.Kind);
        return request.Device.Kind is DeviceKind.Cuda or DeviceKind.Rocm
            ? $"No valid attention backend found for {platform} with {VllmTerms.Describe(request)}. Reasons: {{{string.Join(", ", verdicts.Select(static verdict => $"{verdict.Backend.Name}: [{string.Join(", ", verdict.Phrases)}]"))}}}."
            : $"Invalid attention backend for {platform}: {(VllmTerms.UsesSparse(request) ? "Sparse Attention" : "MLA")} is not supported on {platform.ToUpperInvariant()}.";
    }

    private static BackendSelectionException Refusal(
        string message, AttentionRequest request, ImmutableArray<VllmVerdict> verdicts, VllmPlatform platform)
    {
        string[] valid = [.. VllmBackends.All.Where(backend => Check(backend, request, platform, isNamed: true).IsEmpty).Select(static backend => backend.Name)];
        string remedy = valid.Length == 0
            ? "None of the 18 in-tree backends of vLLM supports the request: change what is asked."
            : $"In-tree backends of vLLM that support the request, named: {string.Join(", ", valid)}.";
        ImmutableArray<CandidateVerdict> candidates =
            [.. verdicts.Select(static (verdict, rank) => new CandidateVerdict { Name = verdict.Backend.Name, Rank = rank, Reasons = verdict.Reasons })];
        return new BackendSelectionException($"{message} {remedy}", request, new SelectionOptions { Rules = SelectionRules.VllmOn(platform) }, candidates);
    }

    private static VllmBackend Find(string name) => BackendNames.TryParse(name.AsSpan().Trim(), out Backend backend)
        ? VllmBackends.Of(backend)
        : throw UnknownBackendException.ForNameOutOfTree(name);

    private static string PythonList(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(static item => $"'{item}'"))}]";
}
