using System.Globalization;
using System.Text;

namespace TextGeneration.Tokenization;

/// <summary>
/// Unicode normalisation form C (Unicode Standard Annex #15), which Qwen's tokenizers ask for.
/// </summary>
/// <remarks>
/// <see cref="string.Normalize()"/> does it with ICU, and leaves all text as it is in a program built with
/// InvariantGlobalization, as this one is so that it starts without ICU. Text that might change is then turned away.
/// </remarks>
internal static class FormC
{
    // Below this no character changes, and none combines with another.
    private const char FirstAffected = '\u0300';

    // What form C replaces though it is no mark: letters of one canonical equivalent, Hangul's parts, compatibility forms,
    // and the letters that it takes apart (the composition exclusions).
    private static readonly (int First, int Last)[] s_replaced =
    [
        (0x0374, 0x0374), (0x037E, 0x037E), (0x0387, 0x0387), (0x0958, 0x095F), (0x09DC, 0x09DF), (0x0A33, 0x0A36), (0x0A59, 0x0A5E),
        (0x0B5C, 0x0B5D), (0x0F43, 0x0F69), (0x1161, 0x11FF), (0x1F71, 0x1FFD), (0x2000, 0x2001),
        (0x2126, 0x212B), (0x2329, 0x232A), (0x2ADC, 0x2ADC), (0xF900, 0xFAFF), (0xFB1D, 0xFB4E), (0x1D15E, 0x1D1C0), (0x2F800, 0x2FA1F),
    ];

    private static bool HasIcu { get; } = "e\u0301".Normalize().Length == 1;

    /// <summary>The text in form C.</summary>
    /// <exception cref="InvalidInputException">The text might not be in form C, and this program was built without ICU.</exception>
    public static string Normalize(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstAffected, '\uFFFF'))
            return text;
        if (HasIcu)
            return text.Normalize();

        foreach (Rune rune in text.EnumerateRunes())
        {
            if (MightChange(rune))
            {
                throw new InvalidInputException(
                    $"The tokenizer asks for Unicode normalisation form C, and the prompt holds U+{rune.Value:X4}, which that might change. "
                    + "This program was built without ICU and cannot tell: publish it with -p:InvariantGlobalization=false, where ICU is installed.");
            }
        }

        return text;
    }

    private static bool MightChange(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        || Array.Exists(s_replaced, range => rune.Value >= range.First && rune.Value <= range.Last);
}
