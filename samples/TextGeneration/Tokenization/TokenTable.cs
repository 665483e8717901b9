namespace TextGeneration.Tokenization;

/// <summary>What each token id stands for: bytes of text, or nothing where it is special or unused.</summary>
internal sealed class TokenTable
{
    /// <summary>The highest id accepted, some twenty times that of the largest vocabularies.</summary>
    public const int MaximumId = (1 << 22) - 1;

    private readonly byte[]?[] _bytes;

    /// <param name="tokens">Each id with the bytes that it adds to the text; null for a special token.</param>
    public TokenTable(IReadOnlyDictionary<int, byte[]?> tokens)
    {
        _bytes = new byte[]?[tokens.Count == 0 ? 0 : tokens.Keys.Max() + 1];
        foreach ((int id, byte[]? bytes) in tokens)
            _bytes[id] = bytes;
    }

    /// <summary>One more than the highest id. A model's embedding may have more rows than that.</summary>
    public int Count => _bytes.Length;

    /// <summary>The bytes that a token adds to the text; none for a special or unknown one.</summary>
    public ReadOnlySpan<byte> Bytes(int id) => (uint)id < (uint)_bytes.Length ? _bytes[id] : default(ReadOnlySpan<byte>);
}
