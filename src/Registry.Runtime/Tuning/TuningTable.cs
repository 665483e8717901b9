using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// A measured ranking of backends, by device, element types, head size, group size, features, phase and shape. Where it has a
/// request, it comes before the order of the rules.
/// </summary>
public sealed class TuningTable
{
    /// <summary>What a request that does not say its shape is taken to have: 16 requests of 4,096 keys.</summary>
    private const int UsualRequests = 16, UsualContextLength = 4096;

    /// <summary>Makes a table.</summary>
    /// <param name="entries">The measured shapes.</param>
    /// <exception cref="ArgumentException">
    /// A number of requests or keys is not positive, or a time is no positive finite number.
    /// </exception>
    public TuningTable(ImmutableArray<TuningEntry> entries)
    {
        foreach (TuningEntry entry in entries)
            ThrowIfImpossible(entry);
        Entries = entries;
    }

    /// <summary>The measured shapes.</summary>
    public ImmutableArray<TuningEntry> Entries { get; }

    /// <summary>
    /// The measured shape nearest to that of a request, by the ratios of the numbers of requests and keys; null where nothing
    /// was measured for its device, types, head size, group size, features and phase.
    /// </summary>
    /// <param name="request">
    /// The request. A draft's and any phase's are taken for decodes, which most steps are.
    /// </param>
    public TuningEntry? Find(AttentionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        TuningEntry? nearest = null;
        double least = double.PositiveInfinity;
        foreach (TuningEntry entry in Entries)
        {
            if (!IsFor(entry, request))
                continue;
            double distance = Math.Abs(Math.Log2((request.ExpectedRequests ?? UsualRequests) / (double)entry.Requests))
                + Math.Abs(Math.Log2((request.ExpectedContextLength ?? UsualContextLength) / (double)entry.ContextLength));

            // Of two that are equally near the smaller, so that the order of the entries makes no difference.
            if (distance < least || (distance == least && nearest is not null && (entry.Requests, entry.ContextLength).CompareTo((nearest.Requests, nearest.ContextLength)) < 0))
                (nearest, least) = (entry, distance);
        }

        return nearest;
    }

    /// <summary>This table with what another one has: an entry for the same shape takes the place of this one's.</summary>
    /// <param name="newer">The other table.</param>
    public TuningTable With(TuningTable newer)
    {
        ArgumentNullException.ThrowIfNull(newer);
        return new TuningTable([.. Entries.Where(entry => !newer.Entries.Any(entry.IsSameShape)), .. newer.Entries]);
    }

    private static void ThrowIfImpossible(TuningEntry entry)
    {
        if (entry.Requests <= 0 || entry.ContextLength <= 0)
            throw new ArgumentException($"A measured shape has {entry.Requests} requests of {entry.ContextLength} keys. Both must be at least 1; measure again.");
        foreach (MeasuredBackend backend in entry.Ranking)
        {
            if (!(backend.Microseconds > 0 && double.IsFinite(backend.Microseconds)))
                throw new ArgumentException($"{backend.Name} was measured at {backend.Microseconds} us. A time must be a finite number above 0; measure again.");
        }
    }

    private static bool IsFor(TuningEntry entry, AttentionRequest request) =>
        request.Type == AttentionTypes.Decoder && request.Form == AttentionForm.MultiHead
        && entry.Device.Kind == request.Device.Kind && entry.Device.ComputeCapability == request.Device.ComputeCapability
        && string.Equals(entry.Device.Architecture, request.Device.Architecture, StringComparison.OrdinalIgnoreCase)
        && entry.ElementType == request.ElementType && entry.CacheElementType == request.EffectiveCacheElementType
        && entry.HeadSize == request.HeadSize && entry.GroupSize == request.GroupSize && entry.Features == request.EffectiveFeatures
        && entry.Phase == (request.Phase == AttentionPhase.Prefill ? AttentionPhase.Prefill : AttentionPhase.Decode);
}
