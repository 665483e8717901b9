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
        if (VllmTerms.CacheType(request) is null)
            throw Refusal(NoCacheType(request), request, [], platform);
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
            DeviceKind.Xpu => isNamed ? VllmXpu.Check(backend, request) : [],
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
        return verdict.IsValid
            ? Prediction(request, backend, [verdict], VllmLog.Named(backend, request), null)
            : throw Refusal(NamedMessage(request, verdict), request, [verdict], platform);
    }

    private static VllmPrediction PredictAutomatic(AttentionRequest request, VllmPlatform platform)
    {
        ImmutableArray<VllmVerdict> verdicts = Judge(request, platform);
        VllmBackend? winner = verdicts.FirstOrDefault(static verdict => verdict.IsValid)?.Backend;
        return winner is null
            ? throw Refusal(NoneMessage(request, verdicts), request, verdicts, platform)
            : Prediction(request, winner, verdicts, VllmLog.Automatic(winner, verdicts, request), PageSizeWarning(request, verdicts, winner));
    }

    private static VllmPrediction Prediction(
        AttentionRequest request, VllmBackend backend, ImmutableArray<VllmVerdict> verdicts, string log, string? warning) => new()
        {
            Request = request,
            Backend = backend,
            Candidates = verdicts,
            RequiredCacheLayout = request.Device.Kind == DeviceKind.Xpu ? VllmCacheLayout.Nhd : backend.RequiredCacheLayoutOn(request.Device),
            Log = log,
            Warning = warning,
            ConstructorRefusals = VllmConstruction.Refusals(backend, request),
            SilentlyIgnored = request.Features & backend.SilentlyIgnored,
        };

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

    // Where vLLM compares nothing, its one phrase is the whole message.
    private static string NamedMessage(AttentionRequest request, VllmVerdict verdict) =>
        request.Device.Kind is DeviceKind.Cuda or DeviceKind.Rocm
            ? $"Selected backend AttentionBackendEnum.{verdict.Backend.Name} is not valid for this configuration. Reason: {VllmTerms.PythonList(verdict.Phrases)}"
            : verdict.Phrases[0];

    private static string NoneMessage(AttentionRequest request, ImmutableArray<VllmVerdict> verdicts)
    {
        string platform = VllmTerms.PlatformName(request.Device.Kind);
        return request.Device.Kind is DeviceKind.Cuda or DeviceKind.Rocm
            ? $"No valid attention backend found for {platform} with {VllmTerms.Describe(request)}. Reasons: {{{string.Join(", ", verdicts.Select(static verdict => $"{verdict.Backend.Name}: [{string.Join(", ", verdict.Phrases)}]"))}}}."
            : $"{(VllmTerms.UsesSparse(request) ? "Sparse Attention" : "MLA")} is not supported on {platform.ToUpperInvariant()}.";
    }

    // vLLM asserts this before it asks any platform.
    private static string NoCacheType(AttentionRequest request) =>
        $"Invalid kv_cache_dtype: {request.EffectiveCacheElementType.ToString().ToLowerInvariant()}. Valid values are: {string.Join(", ", VllmTerms.CacheTypes)}.";

    private static BackendSelectionException Refusal(
        string message, AttentionRequest request, ImmutableArray<VllmVerdict> verdicts, VllmPlatform platform)
    {
        string[] valid = VllmTerms.CacheType(request) is null ? [] : [.. VllmBackends.All.Where(backend => Check(backend, request, platform, isNamed: true).IsEmpty).Select(static backend => backend.Name)];
        string remedy = valid.Length == 0
            ? "None of the 18 in-tree backends of vLLM supports the request: change what is asked."
            : $"In-tree backends of vLLM that support the request, named: {string.Join(", ", valid)}.";
        string stop = message.EndsWith('.') ? "" : ".";
        ImmutableArray<CandidateVerdict> candidates =
            [.. verdicts.Select(static (verdict, rank) => new CandidateVerdict { Name = verdict.Backend.Name, Rank = rank, Reasons = verdict.Reasons })];
        return new BackendSelectionException($"{message}{stop} {remedy}", request, new SelectionOptions { Rules = SelectionRules.VllmOn(platform) }, candidates);
    }

    private static VllmBackend Find(string name) => BackendNames.TryParse(name.AsSpan().Trim(), out Backend backend)
        ? VllmBackends.Of(backend)
        : throw UnknownBackendException.ForNameOutOfTree(name);
}
