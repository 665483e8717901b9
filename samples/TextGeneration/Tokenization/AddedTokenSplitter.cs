namespace TextGeneration.Tokenization;

/// <summary>Cuts text at added tokens: at each place the longest that begins there, from left to right.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly Dictionary<char, AddedToken[]> _byFirstCharacter;

    public AddedTokenSplitter(IEnumerable<AddedToken> tokens) =>
        _byFirstCharacter = tokens
            .GroupBy(token => token.Content[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Content.Length).ToArray());

    /// <summary>The pieces in order: each either an added token, or text between two of them.</summary>
    public IEnumerable<(AddedToken? Token, string Text)> Split(string text)
    {
        int start = 0;
        int position = 0;
        while (position < text.Length)
        {
            AddedToken? token = FindAt(text, position);
            if (token is null)
            {
                position++;
                continue;
            }

            int left = position;
            while (token.StripsLeft && left > start && char.IsWhiteSpace(text[left - 1]))
                left--;

            if (left > start)
                yield return (null, text[start..left]);

            yield return (token, token.Content);

            position += token.Content.Length;
            while (token.StripsRight && position < text.Length && char.IsWhiteSpace(text[position]))
                position++;

            start = position;
        }

        if (start < text.Length)
            yield return (null, text[start..]);
    }

    private AddedToken? FindAt(string text, int position)
    {
        if (!_byFirstCharacter.TryGetValue(text[position], out AddedToken[]? candidates))
            return null;

        foreach (AddedToken token in candidates)
        {
            if (text.AsSpan(position).StartsWith(token.Content, StringComparison.Ordinal))
                return token;
        }

        return null;
    }
}
