using System.CommandLine;

namespace AttentionGen.CommandLine.Options;

/// <summary>An option whose values have names.</summary>
internal sealed class NamedValueOption<T> : Option<T>
{
    private readonly T _byDefault;

    public NamedValueOption(string name, string description, NamedValues<T> values, string byDefault)
        : base(name)
    {
        // Help would show the default of a factory as .NET prints the value.
        Description = $"{description} {string.Join(", ", values.Shown)}. [default: {byDefault}]";
        HelpName = "name";
        _byDefault = values.TryParse(byDefault, out T? usual) ? usual : throw new ArgumentException($"{byDefault} is no value of {name}.", nameof(byDefault));
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

    /// <summary>The value that is given, or the default.</summary>
    public T Read(ParseResult result) => result.GetResult(this) is null ? _byDefault : result.GetValue(this)!;
}
