using System.Collections.Immutable;
using System.Globalization;

namespace AttentionGen.Hosting;

/// <summary>Reads the texts of the options.</summary>
/// <param name="failures">Where what cannot be read is reported.</param>
internal sealed class OptionsReader(OptionFailures failures)
{
    /// <summary>The values of <see cref="AttentionOptions.Tuning"/>.</summary>
    public const string NoTuning = "off", MeasuredTuning = "measured";

    /// <summary>Whether measured rankings are used; null where the text says neither.</summary>
    public static bool? TuningOf(AttentionOptions options) => NullIfEmpty(options.Tuning)?.Trim().ToLowerInvariant() switch
    {
        null or NoTuning => false,
        MeasuredTuning => true,
        _ => null,
    };

    /// <summary>How far to look at backends; null where the text says no state.</summary>
    public static AvailabilityState? AvailabilityOf(AttentionOptions options) => NullIfEmpty(options.Availability) is { } text
        ? EnumNames.Find<AvailabilityState>(text)
        : AvailabilityState.Declared;

    /// <summary>What the selector is to work with. Options that cannot be read are left out.</summary>
    public static SelectionOptions ToSelectionOptions(AttentionOptions options) => new()
    {
        Rules = RulesByName.Find(options.Rules) ?? SelectionRules.Default,
        Choices = [.. new OptionsReader(new OptionFailures([])).ReadChoices(options).Select(static parsed => parsed.Choice)],
        Disabled = [.. options.Disabled.Where(static name => !string.IsNullOrWhiteSpace(name)).Distinct(StringComparer.OrdinalIgnoreCase)],
    };

    /// <summary>All choices that can be read, the one for everything too.</summary>
    public ImmutableArray<ParsedChoice> ReadChoices(AttentionOptions options)
    {
        var choices = ImmutableArray.CreateBuilder<ParsedChoice>();
        if (!string.IsNullOrWhiteSpace(options.Backend))
            choices.Add(new ParsedChoice("", new ScopedBackendChoice { Backend = options.Backend }));
        for (int i = 0; i < options.Choices.Count; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{nameof(AttentionOptions.Choices)}:{i}");
            if (ReadChoice(key, options.Choices[i]) is { } choice)
                choices.Add(new ParsedChoice(key, choice));
        }

        return choices.ToImmutable();
    }

    private ScopedBackendChoice? ReadChoice(string key, AttentionChoiceOptions options)
    {
        bool readable = true;
        string? backend = NullIfEmpty(options.Backend);
        LayerRanges? layers = null;
        if (NullIfEmpty(options.Layers) is { } layersText && !LayerRanges.TryParse(layersText, null, out layers))
        {
            readable = false;
            failures.Add(
                $"{key}:{nameof(options.Layers)}", options.Layers,
                ". Accepted: numbers from 0 and ranges, parted by commas, for example 0-3,7. Correct it, or remove it to choose for all layers.");
        }

        AttentionLayerKind? kind = null;
        if (NullIfEmpty(options.LayerKind) is { } kindText)
        {
            kind = EnumNames.Find<AttentionLayerKind>(kindText);
            readable &= kind is not null;
            if (kind is null)
            {
                failures.Add(
                    $"{key}:{nameof(options.LayerKind)}", options.LayerKind,
                    $". Accepted: {string.Join(", ", Enum.GetNames<AttentionLayerKind>())}. Correct it, or remove it to choose for all kinds.");
            }
        }

        AttentionPhase? phase = null;
        if (NullIfEmpty(options.Phase) is { } phaseText)
        {
            phase = EnumNames.Find<AttentionPhase>(phaseText) is { } found and not AttentionPhase.Any ? found : null;
            readable &= phase is not null;
            if (phase is null)
            {
                failures.Add(
                    $"{key}:{nameof(options.Phase)}", options.Phase,
                    $". Accepted: {AttentionPhase.Prefill}, {AttentionPhase.Decode}, {AttentionPhase.Draft}. Correct it, or remove it to choose for all phases.");
            }
        }

        if (backend is null)
        {
            failures.Add($"{key}:{nameof(options.Backend)}", null, ". Accepted: the name of a registered backend, or auto. Name the backend of this choice, or remove the choice.");
            return null;
        }

        if (readable && layers is null && kind is null && phase is null)
        {
            failures.Add(
                $"{key}:{nameof(options.Backend)}", options.Backend,
                $", for no part of the model in particular. Accepted: a choice with {nameof(options.Layers)}, {nameof(options.LayerKind)} or {nameof(options.Phase)}. Add one of them, or set {nameof(AttentionOptions.Backend)}, which holds for everything.");
            return null;
        }

        return readable ? new ScopedBackendChoice { Backend = backend, Layers = layers, LayerKind = kind, Phase = phase } : null;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
