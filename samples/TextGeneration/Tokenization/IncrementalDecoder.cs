using System.Text;

namespace TextGeneration.Tokenization;

/// <summary>
/// Turns the tokens of one answer into text as they arrive. A character is given out once all of its bytes are
/// there, so a piece never ends within one; bytes that are no UTF-8 become U+FFFD. Special tokens add nothing.
/// </summary>
internal sealed class IncrementalDecoder
{
    private readonly TokenTable _tokens;
    private readonly bool _dropsLeadingSpace;
    private readonly Decoder _decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetDecoder();
    private bool _atStart = true;

    internal IncrementalDecoder(TokenTable tokens, bool dropsLeadingSpace)
    {
        _tokens = tokens;
        _dropsLeadingSpace = dropsLeadingSpace;
    }

    /// <summary>Takes the next token.</summary>
    /// <param name="id">Its id. One that the tokenizer does not know adds nothing, like a special one: embeddings are often padded.</param>
    /// <returns>The text that is now certain; often empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is negative.</exception>
    public string Append(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        return Decode(_tokens.Bytes(id), flush: false);
    }

    /// <summary>Ends the answer: what is left of an unfinished character becomes U+FFFD. The decoder then starts anew.</summary>
    public string Flush()
    {
        string rest = Decode([], flush: true);
        _atStart = true;
        return rest;
    }

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        if (_atStart && bytes.Length > 0)
        {
            _atStart = false;
            if (_dropsLeadingSpace && bytes[0] == (byte)' ')
                bytes = bytes[1..];
        }

        char[] characters = new char[_decoder.GetCharCount(bytes, flush)];
        int written = _decoder.GetChars(bytes, characters, flush);
        return new string(characters, 0, written);
    }
}
