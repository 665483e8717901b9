using System.CommandLine;
using System.Globalization;

namespace AttentionGen.CommandLine.Options;

/// <summary>The numbers of query heads and of KV heads.</summary>
internal readonly record struct HeadCounts(int Query, int KeyValue)
{
    /// <summary>An option for them, <c>32:8</c>; a single number is both.</summary>
    public static Option<HeadCounts> Option(string byDefault) => new("--heads")
    {
        HelpName = "query:kv",
        Description = "The numbers of query heads and KV heads; one number for both where they are equal.",
        DefaultValueFactory = _ => TryParse(byDefault, out HeadCounts heads) ? heads : default,
        CustomParser = static result =>
        {
            string text = result.Tokens[^1].Value;
            if (TryParse(text, out HeadCounts heads))
                return heads;
            result.AddError($"--heads is '{text}'. Accepted: QUERY:KV, for example 32:8, or one number for both.");
            return default;
        },
    };

    private static bool TryParse(string text, out HeadCounts heads)
    {
        string[] parts = text.Split(':');
        heads = default;
        if (parts.Length > 2 || !TryParseCount(parts[0], out int query) || !TryParseCount(parts[^1], out int keyValue))
            return false;
        heads = new(query, keyValue);
        return true;
    }

    private static bool TryParseCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Query}:{KeyValue}");
}
