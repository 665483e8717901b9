using Microsoft.Extensions.Configuration;

namespace AttentionGen.Hosting;

/// <summary>Looks for keys of a section that are no option's, and for texts in the place of lists: binding takes no notice of either.</summary>
internal static class SectionKeys
{
    private static readonly string[] s_options =
    [
        nameof(AttentionOptions.Backend), nameof(AttentionOptions.Choices), nameof(AttentionOptions.Disabled), nameof(AttentionOptions.Rules),
        nameof(AttentionOptions.Availability), nameof(AttentionOptions.Tuning), nameof(AttentionOptions.CacheDirectory),
    ];

    private static readonly string[] s_choice =
    [
        nameof(AttentionChoiceOptions.Backend), nameof(AttentionChoiceOptions.Layers), nameof(AttentionChoiceOptions.LayerKind), nameof(AttentionChoiceOptions.Phase),
    ];

    public static void Check(IConfigurationSection section, OptionFailures failures)
    {
        if (IsText(section))
            failures.Add($"{section.Path} is '{section.Value}'. Accepted: an object with the keys {string.Join(", ", s_options)}. Write the options below it.");
        foreach (IConfigurationSection option in section.GetChildren())
        {
            if (Is(option, nameof(AttentionOptions.Choices)))
                CheckList(option, "objects with a Backend", choice => CheckChoice(choice, failures), failures);
            else if (Is(option, nameof(AttentionOptions.Disabled)))
                CheckList(option, "names of backends", name => CheckText(name, failures), failures);
            else if (Array.Exists(s_options, name => Is(option, name)))
                CheckText(option, failures);
            else
                AddUnknown(option, s_options, failures);
        }
    }

    private static void CheckChoice(IConfigurationSection choice, OptionFailures failures)
    {
        if (IsText(choice))
            failures.Add($"{choice.Path} is '{choice.Value}'. Accepted: an object with the keys {string.Join(", ", s_choice)}. Write a choice for everything as {nameof(AttentionOptions.Backend)}.");
        foreach (IConfigurationSection member in choice.GetChildren())
        {
            if (Array.Exists(s_choice, name => Is(member, name)))
                CheckText(member, failures);
            else
                AddUnknown(member, s_choice, failures);
        }
    }

    private static void CheckList(IConfigurationSection list, string ofWhat, Action<IConfigurationSection> checkItem, OptionFailures failures)
    {
        if (IsText(list))
            failures.Add($"{list.Path} is '{list.Value}'. Accepted: a list of {ofWhat}. Write a list, as an environment variable {list.Path.Replace(":", "__", StringComparison.Ordinal)}__0.");
        foreach (IConfigurationSection item in list.GetChildren())
            checkItem(item);
    }

    private static void CheckText(IConfigurationSection option, OptionFailures failures)
    {
        if (option.GetChildren().FirstOrDefault() is { } child)
            failures.Add($"{child.Path} is '{child.Value}', below an option that is a text. Accepted: one text as {option.Path}. Remove what is below it.");
    }

    private static void AddUnknown(IConfigurationSection option, string[] accepted, OptionFailures failures) =>
        failures.Add($"{option.Path} is {(option.Value is null ? "given" : $"'{option.Value}'")}, and there is no such option. Accepted: {string.Join(", ", accepted)}. Correct the key, or remove it.");

    // An empty list arrives as an empty text.
    private static bool IsText(IConfigurationSection section) => !string.IsNullOrWhiteSpace(section.Value);

    private static bool Is(IConfigurationSection section, string name) => section.Key.Equals(name, StringComparison.OrdinalIgnoreCase);
}
