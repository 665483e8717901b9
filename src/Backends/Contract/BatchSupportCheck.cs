using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>Compares what a batch asks with what the backend declares, before the backend's plan sees the batch.</summary>
internal static class BatchSupportCheck
{
    public static void ThrowIfRefused(AttentionBatch batch, BackendDescriptor? backend, DeviceKind device)
    {
        if (backend?.SupportFor(device) is not { } support)
            return;

        var reasons = ImmutableArray.CreateBuilder<SelectionReason>();
        const AttentionTypes Encoders = AttentionTypes.Encoder | AttentionTypes.EncoderOnly;
        if (!batch.KeysInCache && (support.Types & Encoders) == 0)
            reasons.Add(new(ReasonCode.AttentionType, "a batch whose keys are not in a cache, that is an encoder's", $"{support.Types}", "use another backend"));

        // What is not causal may be a decoder with the feature, an encoder or cross-attention.
        if (!batch.Causal && support.Types == AttentionTypes.Decoder)
            AddUnlessDeclared(AttentionFeatures.NonCausal);
        if (!batch.TreeAncestors.IsEmpty)
            AddUnlessDeclared(AttentionFeatures.TreeMask);
        if (batch.CommonPrefixLength > 0)
            AddUnlessDeclared(AttentionFeatures.Cascade);
        if (reasons.Count > 0)
            throw new AttentionNotSupportedException(backend.Name, reasons.ToImmutable());

        void AddUnlessDeclared(AttentionFeatures feature)
        {
            if ((support.Features & feature) == 0)
                reasons.Add(new(ReasonCode.Feature, $"a batch with {feature}", $"{support.Features}", "use another backend or a batch without it"));
        }
    }
}
