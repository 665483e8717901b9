using System.CommandLine;

namespace AttentionGen.CommandLine.Options;

/// <summary>An option whose values have names.</summary>
internal sealed class NamedValueOption<T> : Option<T>
{
    public NamedValueOption(string name, string description, NamedValues<T> values, string byDefault)
        : base(name)
    {
        Description = $"{description} {string.Join(", ", values.Shown)}.";
        HelpName = "name";
        DefaultValueFactory = _ => values.TryParse(byDefault, out T? value) ? value : throw new InvalidOperationException($"{byDefault} is no value of {name}.");
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (values.TryParse(text, out T? value))
                return value;
            result.AddError($"'{text}' is no value of {name}. Accepted: {string.Join(", ", values.Shown)}.");
            return default!;
        };
        CompletionSources.Add(_ => values.Shown.Select(static shown => new System.CommandLine.Completions.CompletionItem(shown)));
    }
}
