using System.Diagnostics.CodeAnalysis;

namespace AttentionGen.CommandLine.Options;

/// <summary>The texts that stand for the values of a type on the command line, ignoring case.</summary>
/// <param name="Values">Each value with its names; the first is the one that help and completion show.</param>
internal sealed record NamedValues<T>(params (T Value, string[] Names)[] Values)
{
    public string[] Shown => [.. Values.Select(static value => value.Names[0])];

    public bool TryParse(string text, [MaybeNullWhen(false)] out T result)
    {
        foreach ((T value, string[] names) in Values)
        {
            if (names.Contains(text, StringComparer.OrdinalIgnoreCase))
            {
                result = value;
                return true;
            }
        }

        result = default;
        return false;
    }
}
