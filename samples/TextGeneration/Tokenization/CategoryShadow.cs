using System.Globalization;
using System.Text;

namespace TextGeneration.Tokenization;

/// <summary>
/// Lets .NET's regular expressions, which see UTF-16 code units, split text as the tokenizers' own, which see whole
/// characters: each character beyond U+FFFF is replaced by one within it of the same Unicode category, and matches
/// in the shadow are carried back to the text.
/// </summary>
internal sealed class CategoryShadow
{
    private readonly int[]? _offsets;

    private CategoryShadow(string shadow, int[]? offsets)
    {
        Shadow = shadow;
        _offsets = offsets;
    }

    /// <summary>The text to match against.</summary>
    public string Shadow { get; }

    public static CategoryShadow Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return new CategoryShadow(text, null);

        var shadow = new StringBuilder(text.Length);
        var offsets = new List<int>(text.Length + 1);
        int position = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            shadow.Append(rune.IsBmp ? (char)rune.Value : Representative(Rune.GetUnicodeCategory(rune)));
            offsets.Add(position);
            position += rune.Utf16SequenceLength;
        }

        offsets.Add(position);
        return new CategoryShadow(shadow.ToString(), [.. offsets]);
    }

    /// <summary>The offset in the text of an offset in the shadow.</summary>
    public int Offset(int shadowOffset) => _offsets is null ? shadowOffset : _offsets[shadowOffset];

    // Each has its category and no other meaning that a splitting pattern could name.
    private static char Representative(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => '\u0531',
        UnicodeCategory.LowercaseLetter => '\u0561',
        UnicodeCategory.ModifierLetter => '\u02B0',
        UnicodeCategory.OtherLetter => '\u0621',
        UnicodeCategory.NonSpacingMark => '\u0591',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => '\u2160',
        UnicodeCategory.OtherNumber => '\u2460',
        UnicodeCategory.Format => '\u200B',
        UnicodeCategory.OtherPunctuation => '\u2020',
        UnicodeCategory.DashPunctuation => '\u2010',
        UnicodeCategory.MathSymbol => '\u2200',
        UnicodeCategory.CurrencySymbol => '\u20AC',
        UnicodeCategory.ModifierSymbol => '\u02C2',
        UnicodeCategory.OtherSymbol => '\u2600',
        UnicodeCategory.PrivateUse => '\uE000',
        _ => '\uFFFE',
    };
}
