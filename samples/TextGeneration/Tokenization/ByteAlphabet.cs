using System.Text;

namespace TextGeneration.Tokenization;

/// <summary>
/// The one-to-one map of bytes to printable characters in which byte-level vocabularies are written (GPT-2,
/// Radford et al. 2019): printable Latin-1 bytes stand for themselves, the other 68 for U+0100 and up, in order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] CharacterOfByte = Build();
    private static readonly short[] ByteOfCharacter = Invert(CharacterOfByte);

    public static char Character(byte value) => CharacterOfByte[value];

    /// <summary>The bytes that a token of a vocabulary stands for; one with a character outside the alphabet stands for its own UTF-8.</summary>
    public static byte[] Bytes(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int index = 0; index < token.Length; index++)
        {
            if (token[index] >= ByteOfCharacter.Length || ByteOfCharacter[token[index]] < 0)
                return Encoding.UTF8.GetBytes(token);

            bytes[index] = (byte)ByteOfCharacter[token[index]];
        }

        return bytes;
    }

    /// <summary>Text as a byte-level vocabulary writes it: the characters of its UTF-8 bytes.</summary>
    public static string Write(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(bytes.Length, bytes, static (written, source) =>
        {
            for (int index = 0; index < source.Length; index++)
                written[index] = Character(source[index]);
        });
    }

    private static char[] Build()
    {
        char[] characters = new char[256];
        char next = '\u0100';
        for (int value = 0; value < characters.Length; value++)
        {
            bool printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = printable ? (char)value : next++;
        }

        return characters;
    }

    private static short[] Invert(char[] characters)
    {
        short[] bytes = new short[characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < characters.Length; value++)
            bytes[characters[value]] = (short)value;

        return bytes;
    }
}
