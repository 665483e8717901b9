using System.Text;
using CsCheck;
using TextGeneration.Tokenization;

namespace TextGeneration.Tests.Tokenization;

public class IncrementalDecoderTests
{
    // Ids 0 to 255 are bytes, 256 is special, 257 is "ab".
    private static readonly TokenTable Tokens = new(
        Enumerable.Range(0, 256).ToDictionary(value => value, byte[]? (value) => [(byte)value]).Append(new(256, null)).Append(new(257, "ab"u8.ToArray())).ToDictionary());

    [Fact]
    public void An_emoji_appears_with_its_last_byte()
    {
        IncrementalDecoder decoder = Decoder();
        Assert.Equal(["", "", "", "😀"], Encoding.UTF8.GetBytes("😀").Select(value => decoder.Append(value)));
        Assert.Equal("", decoder.Flush());
    }

    [Fact]
    public void A_joined_emoji_appears_character_by_character()
    {
        IncrementalDecoder decoder = Decoder();
        string[] pieces = [.. Encoding.UTF8.GetBytes("👩‍🚀é").Select(value => decoder.Append(value)).Where(piece => piece.Length > 0)];
        Assert.Equal(["👩", "\u200d", "🚀", "é"], pieces);
    }

    [Fact]
    public void Special_and_unknown_tokens_add_nothing_even_within_a_character()
    {
        IncrementalDecoder decoder = Decoder();
        Assert.Equal(["", "", "", "é", "", "ab"], new[] { 256, 0xC3, 256, 0xA9, 5000, 257 }.Select(decoder.Append));
    }

    // The Unicode Standard's practice (table 3-8 and section 3.9): one U+FFFD for each maximal part of a sequence.
    [Theory]
    [InlineData("80", "\ufffd")]
    [InlineData("C3 41", "\ufffdA")]
    [InlineData("C0 AF", "\ufffd\ufffd")]
    [InlineData("E2 82 41", "\ufffdA")]
    [InlineData("ED A0 80", "\ufffd\ufffd\ufffd")]
    [InlineData("F0 9F 98 F0 9F 98 80", "\ufffd😀")]
    [InlineData("61 F1 80 80 E1 80 C2 62 80 63 80 BF 64", "a\ufffd\ufffd\ufffdb\ufffdc\ufffd\ufffdd")]
    [InlineData("F5 80", "\ufffd\ufffd")]
    public void Invalid_bytes_become_replacement_characters(string bytes, string expected)
    {
        IncrementalDecoder decoder = Decoder();
        string text = string.Concat(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)).Select(value => decoder.Append(value)));
        Assert.Equal(expected, text + decoder.Flush());
    }

    [Fact]
    public void An_unfinished_character_becomes_one_replacement_character_at_the_end()
    {
        IncrementalDecoder decoder = Decoder();
        Assert.Equal("x", decoder.Append('x') + decoder.Append(0xF0) + decoder.Append(0x9F));
        Assert.Equal("\ufffd", decoder.Flush());
        Assert.Equal("", decoder.Flush());
        Assert.Equal("y", decoder.Append('y'));
    }

    [Fact]
    public void Pieces_are_whole_characters_and_add_up() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            IncrementalDecoder decoder = Decoder();
            var text = new StringBuilder();
            foreach (byte value in bytes)
            {
                string piece = decoder.Append(value);
                Assert.False(piece.Length > 0 && (char.IsHighSurrogate(piece[^1]) || char.IsLowSurrogate(piece[0])));
                text.Append(piece);
            }

            text.Append(decoder.Flush());
            Assert.Equal(Encoding.UTF8.GetString(bytes), text.ToString());
        });

    [Fact]
    public void A_leading_space_is_dropped_once_where_the_tokenizer_puts_one()
    {
        var decoder = new IncrementalDecoder(Tokens, dropsLeadingSpace: true);
        Assert.Equal("a b", string.Concat(new[] { 256, ' ', 'a', ' ', 'b' }.Select(decoder.Append)));
    }

    [Fact]
    public void Negative_ids_are_a_defect_of_the_caller() => Assert.Throws<ArgumentOutOfRangeException>(() => Decoder().Append(-1));

    private static IncrementalDecoder Decoder() => new(Tokens, dropsLeadingSpace: false);
}
