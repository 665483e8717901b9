using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AttentionGen.Hosting;

/// <summary>Collects what is wrong with the options, each under the key that the user wrote.</summary>
/// <param name="sections">The sections that options were bound from.</param>
internal sealed class OptionFailures(IEnumerable<OptionsSection> sections)
{
    private readonly ValidateOptionsResultBuilder _result = new();

    public void Add(string message) => _result.AddError(message);

    /// <summary>Reports the value of an option.</summary>
    /// <param name="key">The option's place, for example <c>Choices:1:Layers</c>.</param>
    /// <param name="value">Its value; null: it is missing.</param>
    /// <param name="problem">What is accepted, and the remedy.</param>
    public void Add(string key, string? value, string problem) =>
        _result.AddError($"{NameOf(key, value)} is {(value is null ? "missing" : $"'{value}'")}{problem}");

    public ValidateOptionsResult ToResult() => _result.Build();

    /// <summary>The full key in the configuration where an option has its value from there, else the property's name.</summary>
    public string NameOf(string key, string? value)
    {
        foreach (OptionsSection section in sections)
        {
            // What is missing is missing from an entry that is there.
            IConfigurationSection option = section.Configuration.GetSection(key);
            bool isThere = value is null
                ? section.Configuration.GetSection(ConfigurationPath.GetParentPath(key)!).Exists()
                : option.Value == value;
            if (isThere)
                return option.Path;
        }

        return PropertyName(key);
    }

    private static string PropertyName(string key)
    {
        string name = nameof(AttentionOptions);
        foreach (string part in key.Split(ConfigurationPath.KeyDelimiter))
            name += int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? $"[{part}]" : $".{part}";
        return name;
    }
}
