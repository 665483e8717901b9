using TextGeneration.Tokenization;

namespace TextGeneration.Tests.Tokenization;

/// <summary>The examples of Unicode Standard Annex #15 (its figures 3 to 6 and table of composition) and of NormalizationTest.txt.</summary>
public class FormCTests
{
    [Theory]
    [InlineData("plain ASCII, Größe", "plain ASCII, Größe")]
    [InlineData("\u212B", "\u00C5")]                                   // Angstrom sign: a singleton
    [InlineData("\u2126", "\u03A9")]                                   // ohm sign
    [InlineData("A\u030A", "\u00C5")]
    [InlineData("o\u0302", "\u00F4")]
    [InlineData("s\u0323\u0307", "\u1E69")]
    [InlineData("s\u0307\u0323", "\u1E69")]                            // canonical order first
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\uFB01", "\uFB01")]                                   // a ligature is only a compatibility character
    [InlineData("2\u2075", "2\u2075")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323")]
    [InlineData("\u0958", "\u0915\u093C")]                             // excluded from composition
    [InlineData("\u1100\u1161", "\uAC00")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\uAC00\u11A7", "\uAC00\u11A7")]                       // one below the first trailing consonant
    [InlineData("a\u0327\u0301", "\u00E1\u0327")]                      // cedilla (202) does not block acute (230)
    [InlineData("a\u0305\u0301", "a\u0305\u0301")]                     // overline (230) does
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u0301a", "\u0301a")]
    [InlineData("\u09C7\u0334\u09BE", "\u09C7\u0334\u09BE")]           // a starter after a mark is blocked
    [InlineData("\u09C7\u09BE", "\u09CB")]                             // two starters may compose
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\U0002F800", "\u4E3D")]
    [InlineData("\U00011099\U000110BA", "\U0001109A")]
    [InlineData("\U0001F469\u200D\U0001F680", "\U0001F469\u200D\U0001F680")]
    public void Gives_form_C_or_says_that_it_cannot(string text, string expected)
    {
        try
        {
            Assert.Equal(expected, FormC.Normalize(text));
        }
        catch (InvalidInputException error)
        {
            Assert.Contains("normalisation form C", error.Message);
        }
    }

    [Theory]
    [InlineData("plain ASCII, Größe")]
    [InlineData("日本語 한국어 русский ελληνικά 😀")]
    public void Takes_text_that_form_C_leaves_alone(string text) => Assert.Equal(text, FormC.Normalize(text));

    [Fact]
    public void Turns_away_a_combining_mark() =>
        Assert.Contains("U+0301", Assert.Throws<InvalidInputException>(() => FormC.Normalize("e\u0301")).Message);
}
