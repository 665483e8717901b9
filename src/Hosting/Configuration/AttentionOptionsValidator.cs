using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace AttentionGen.Hosting;

/// <summary>Checks the options against the registry and against each other. Every failure is reported, not the first alone.</summary>
/// <param name="registry">The registered backends.</param>
/// <param name="sections">The sections that options were bound from.</param>
internal sealed class AttentionOptionsValidator(AttentionBackendRegistry registry, IEnumerable<OptionsSection> sections)
    : IValidateOptions<AttentionOptions>
{
    private static readonly string s_automatic = ScopedBackendChoice.Automatic;

    public ValidateOptionsResult Validate(string? name, AttentionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!string.IsNullOrEmpty(name))
            return ValidateOptionsResult.Skip;

        OptionFailures failures = new(sections);
        foreach (OptionsSection section in sections)
            SectionKeys.Check(section.Configuration, failures);

        CheckWords(options, failures);
        ImmutableArray<ParsedChoice> choices = new OptionsReader(failures).ReadChoices(options);
        foreach (ParsedChoice choice in choices)
            CheckName(choice, failures);
        CheckDisabled(options, choices, failures);
        CheckContradictions(choices, failures);
        return failures.ToResult();
    }

    private static void CheckWords(AttentionOptions options, OptionFailures failures)
    {
        if (RulesByName.Find(options.Rules) is null)
            failures.Add(nameof(options.Rules), options.Rules, Accepted(RulesByName.Names));
        if (OptionsReader.AvailabilityOf(options) is null)
            failures.Add(nameof(options.Availability), options.Availability, Accepted(Enum.GetNames<AvailabilityState>().Select(static name => name.ToLowerInvariant())));
        if (OptionsReader.TuningOf(options) is null)
            failures.Add(nameof(options.Tuning), options.Tuning, Accepted([OptionsReader.NoTuning, OptionsReader.MeasuredTuning]));

        // Nothing is read or kept there otherwise, and a setting is not ignored.
        if (!string.IsNullOrWhiteSpace(options.CacheDirectory)
            && OptionsReader.AvailabilityOf(options) is not (null or AvailabilityState.Probed) && OptionsReader.TuningOf(options) == false)
        {
            failures.Add(
                nameof(options.CacheDirectory), options.CacheDirectory,
                $", and nothing is read or kept there. Accepted: a folder together with {nameof(options.Availability)} 'probed' or {nameof(options.Tuning)} '{OptionsReader.MeasuredTuning}'. Set one of them, or remove the folder.");
        }

        static string Accepted(IEnumerable<string> words) => $". Accepted: {string.Join(", ", words)}. Correct it, or remove it for the default.";
    }

    private void CheckName(ParsedChoice choice, OptionFailures failures)
    {
        string name = choice.Choice.Backend;
        if (choice.IsAutomatic)
            return;
        if (!registry.TryResolve(name.AsSpan().Trim(), out BackendResolution? resolution))
            failures.Add(choice.BackendKey, name, $", which is not the name of an attention backend.{DidYouMean(name)} Accepted: {Accepted()}, {s_automatic}.");
        else if (resolution.Descriptor is null)
            failures.Add(choice.BackendKey, name, $", and no class in this application serves it. Accepted: {Accepted()}, {s_automatic}. Reference the package that brings it, or name another.");
    }

    private void CheckDisabled(AttentionOptions options, ImmutableArray<ParsedChoice> choices, OptionFailures failures)
    {
        for (int i = 0; i < options.Disabled.Count; i++)
        {
            string name = options.Disabled[i];
            string key = string.Create(CultureInfo.InvariantCulture, $"{nameof(options.Disabled)}:{i}");
            if (registry.IndexOf(name.AsSpan().Trim()) < 0)
                failures.Add(key, name, $", which is not the name of an attention backend.{DidYouMean(name)} Accepted: {Accepted()}. Correct it, or remove it.");
            foreach (ParsedChoice choice in choices)
            {
                if (choice.Is(name))
                    failures.Add(key, name, $", and {failures.NameOf(choice.BackendKey, choice.Choice.Backend)} chooses it. Accepted: one of the two. Remove the other.");
            }
        }
    }

    private static void CheckContradictions(ImmutableArray<ParsedChoice> choices, OptionFailures failures)
    {
        for (int second = 1; second < choices.Length; second++)
        {
            for (int first = 0; first < second; first++)
            {
                ParsedChoice earlier = choices[first], later = choices[second];
                if (!earlier.Meets(later) || earlier.Is(later.Choice.Backend))
                    continue;
                failures.Add(
                    later.BackendKey, later.Choice.Backend,
                    $": {later.Choice}; and {failures.NameOf(earlier.BackendKey, earlier.Choice.Backend)} is '{earlier.Choice.Backend}': {earlier.Choice}. Accepted: one backend for each part of the model. Remove one of them, or make one more specific.");
            }
        }
    }

    private string DidYouMean(string name)
    {
        try
        {
            registry.Resolve(name);
            return "";
        }
        catch (UnknownBackendException error)
        {
            return error.NearestName is { } nearest ? $" Did you mean '{nearest}'?" : "";
        }
    }

    private string Accepted() => string.Join(", ", registry.Backends.Select(static backend => backend.Name));
}
