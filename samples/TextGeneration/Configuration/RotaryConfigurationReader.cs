using TextGeneration.Json;

namespace TextGeneration.Configuration;

/// <summary>
/// Reads the rotary embedding's settings: <c>rope_theta</c> and <c>rope_scaling</c> as transformers 4 writes them
/// (with <c>type</c> or <c>rope_type</c>), or <c>rope_parameters</c> as transformers 5 does.
/// </summary>
internal static class RotaryConfigurationReader
{
    private const double DefaultBase = 10_000;
    private const double MaximumBase = 1e15;
    private const double MaximumFactor = 1e6;
    private const string OriginalPositions = "original_max_position_embeddings";

    private static readonly (string Name, RotaryScaling Scaling)[] Supported =
    [
        ("default", RotaryScaling.Default),
        ("linear", RotaryScaling.Linear),
        ("dynamic", RotaryScaling.Dynamic),
        ("llama3", RotaryScaling.Llama3),
        ("yarn", RotaryScaling.Yarn),
    ];

    public static RotaryConfiguration Read(JsonFields fields, int headSize, int maximumPositions)
    {
        double statedBase = fields.OptionalDouble("rope_theta", double.Epsilon, MaximumBase) ?? DefaultBase;
        RotaryConfiguration? older = fields.OptionalObject("rope_scaling") is { } scaling
            ? ReadObject(fields, scaling, statedBase, headSize, maximumPositions)
            : null;
        RotaryConfiguration? newer = fields.OptionalObject("rope_parameters") is { } parameters
            ? ReadObject(fields, parameters, statedBase, headSize, maximumPositions)
            : null;

        if (older is not null && newer is not null && older != newer)
            throw fields.Error("rope_parameters", "and 'rope_scaling' are both present and differ; keep one.");

        RotaryConfiguration rotary = newer ?? older ?? new RotaryConfiguration { Scaling = RotaryScaling.Default, Base = statedBase };
        if (rotary.Base <= 1)
            throw fields.Error("rope_theta", FormattableString.Invariant($"is {rotary.Base}; expected a number above 1."));

        return rotary;
    }

    /// <summary>Rotating only a part of each head is not implemented, so it must not pass unseen.</summary>
    public static void RejectPartialRotation(JsonFields fields)
    {
        if (fields.OptionalDouble("partial_rotary_factor", 0, 1) is { } factor && factor != 1)
            throw fields.Error("partial_rotary_factor", FormattableString.Invariant($"is {factor}; only 1 is supported: every dimension of a head is rotated."));
    }

    private static RotaryConfiguration ReadObject(JsonFields model, JsonFields rope, double statedBase, int headSize, int maximumPositions)
    {
        RejectPartialRotation(rope);
        foreach (string perLayerType in (ReadOnlySpan<string>)["full_attention", "sliding_attention"])
        {
            if (rope.Has(perLayerType))
                throw rope.Error(perLayerType, "gives each kind of layer its own rotary embedding, which is not supported; expected one for all layers.");
        }

        RotaryScaling kind = ReadKind(rope);
        double rotaryBase = rope.OptionalDouble("rope_theta", double.Epsilon, MaximumBase) ?? statedBase;
        if (kind == RotaryScaling.Default)
            return new RotaryConfiguration { Scaling = kind, Base = rotaryBase };

        var scaled = new RotaryConfiguration { Scaling = kind, Base = rotaryBase };
        switch (kind)
        {
            case RotaryScaling.Linear:
                return scaled with { Factor = rope.Double("factor", 1, MaximumFactor) };

            case RotaryScaling.Dynamic:
                return headSize > 2
                    ? scaled with { Factor = rope.Double("factor", 1, MaximumFactor) }
                    : throw rope.Error("rope_type", $"is 'dynamic', which needs a head_dim above 2; it is {headSize}.");

            case RotaryScaling.Llama3:
                double low = rope.Double("low_freq_factor", double.Epsilon, MaximumFactor);
                double high = rope.Double("high_freq_factor", double.Epsilon, MaximumFactor);
                if (high <= low)
                    throw rope.Error("high_freq_factor", FormattableString.Invariant($"is {high}; expected more than low_freq_factor ({low})."));

                return scaled with
                {
                    Factor = rope.Double("factor", 1, MaximumFactor),
                    LowFrequencyFactor = low,
                    HighFrequencyFactor = high,
                    OriginalMaximumPositions = ReadOriginalPositions(model, rope) ?? maximumPositions,
                };

            default:
                return ReadYarn(model, rope, scaled, maximumPositions);
        }
    }

    private static RotaryConfiguration ReadYarn(JsonFields model, JsonFields rope, RotaryConfiguration scaled, int maximumPositions)
    {
        int original = ReadOriginalPositions(model, rope) ?? maximumPositions;
        double factor = rope.OptionalDouble("factor", 1, MaximumFactor) ?? (double)maximumPositions / original;
        if (factor < 1)
            throw rope.Error(OriginalPositions, $"is {original}, more than max_position_embeddings ({maximumPositions}).");

        double fast = ReadPositiveOrDefault(rope, "beta_fast", 32);
        double slow = ReadPositiveOrDefault(rope, "beta_slow", 1);
        if (fast < slow)
            throw rope.Error("beta_fast", FormattableString.Invariant($"is {fast}; expected no less than beta_slow ({slow})."));

        return scaled with
        {
            Factor = factor,
            OriginalMaximumPositions = original,
            BetaFast = fast,
            BetaSlow = slow,
            AttentionFactor = rope.OptionalDouble("attention_factor", double.Epsilon, MaximumFactor),
            ScaleMultiplier = rope.OptionalDouble("mscale", 0, MaximumFactor),
            ScaleMultiplierAllDimensions = rope.OptionalDouble("mscale_all_dim", 0, MaximumFactor),
            Truncate = rope.OptionalBoolean("truncate") ?? true,
        };
    }

    // transformers treats 0 like an absent value here.
    private static double ReadPositiveOrDefault(JsonFields rope, string field, double otherwise) =>
        rope.OptionalDouble(field, 0, MaximumFactor) is { } value and > 0 ? value : otherwise;

    private static int? ReadOriginalPositions(JsonFields model, JsonFields rope) =>
        rope.OptionalInt32(OriginalPositions, 1, int.MaxValue) ?? model.OptionalInt32(OriginalPositions, 1, int.MaxValue);

    private static RotaryScaling ReadKind(JsonFields rope)
    {
        string? current = rope.OptionalString("rope_type");
        string? legacy = rope.OptionalString("type");
        if (current is not null && legacy is not null && current != legacy)
            throw rope.Error("rope_type", $"is '{current}', but field 'type' is '{legacy}'; keep one.");

        string name = current ?? legacy ?? "default";
        foreach ((string supported, RotaryScaling scaling) in Supported)
        {
            if (name == supported)
                return scaling;
        }

        throw rope.Error(
            current is null ? "type" : "rope_type",
            $"is '{name}', which is not supported; supported are {string.Join(", ", Supported.Select(entry => entry.Name))}.");
    }
}
