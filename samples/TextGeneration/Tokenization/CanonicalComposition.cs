using System.Collections.Frozen;
using System.Text;

namespace TextGeneration.Tokenization;

/// <summary>
/// Unicode normalisation form C (Unicode Standard Annex #15). <see cref="string.Normalize()"/> leaves text unchanged
/// in a program built with InvariantGlobalization, as this one is so that it needs no ICU.
/// </summary>
internal static class CanonicalComposition
{
    // The Unicode Standard, section 3.12: Hangul syllables are numbered by their parts.
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28;

    // Below this no character changes, and none combines with another.
    private const char FirstAffected = '\u0300';

    private static readonly FrozenDictionary<int, (int First, int Second)> Decompositions = ReadDecompositions();
    private static readonly FrozenDictionary<(int First, int Second), int> Compositions = ReadCompositions();
    private static readonly FrozenDictionary<int, byte> Classes = ReadClasses();

    /// <summary>The text in form C. It has to be valid UTF-16.</summary>
    public static string Normalize(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstAffected, '\uFFFF'))
            return text;

        var characters = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, characters);

        Order(characters);
        Compose(characters);

        var normalized = new StringBuilder(text.Length);
        foreach (int character in characters)
            normalized.Append(new Rune(character).ToString());

        return normalized.ToString();
    }

    private static void Decompose(int character, List<int> target)
    {
        int syllable = character - SyllableBase;
        if (syllable is >= 0 and < LeadCount * VowelCount * TrailCount)
        {
            target.Add(LeadBase + (syllable / (VowelCount * TrailCount)));
            target.Add(VowelBase + (syllable / TrailCount % VowelCount));
            if (syllable % TrailCount != 0)
                target.Add(TrailBase + (syllable % TrailCount));
        }
        else if (Decompositions.TryGetValue(character, out (int First, int Second) parts))
        {
            Decompose(parts.First, target);
            if (parts.Second != 0)
                Decompose(parts.Second, target);
        }
        else
        {
            target.Add(character);
        }
    }

    // Each run of combining marks, stably by class.
    private static void Order(List<int> characters)
    {
        int start = 0;
        while (start < characters.Count)
        {
            if (Class(characters[start]) == 0)
            {
                start++;
                continue;
            }

            int end = start + 1;
            while (end < characters.Count && Class(characters[end]) != 0)
                end++;

            if (end - start > 1)
            {
                int[] ordered = [.. characters.GetRange(start, end - start).OrderBy(Class)];
                for (int index = 0; index < ordered.Length; index++)
                    characters[start + index] = ordered[index];
            }

            start = end;
        }
    }

    // A character joins the last starter unless one between them, of a class no lower than its own, blocks it.
    private static void Compose(List<int> characters)
    {
        int starter = -1;
        int written = 0;
        int lastClass = 0;
        for (int read = 0; read < characters.Count; read++)
        {
            int character = characters[read];
            int combiningClass = Class(character);
            bool adjacent = starter >= 0 && written == starter + 1;
            if (starter >= 0 && (adjacent || (lastClass != 0 && lastClass < combiningClass))
                && TryCompose(characters[starter], character, out int composed))
            {
                characters[starter] = composed;
                continue;
            }

            if (combiningClass == 0)
                starter = written;

            lastClass = combiningClass;
            characters[written++] = character;
        }

        characters.RemoveRange(written, characters.Count - written);
    }

    private static bool TryCompose(int first, int second, out int composed)
    {
        int lead = first - LeadBase;
        int vowel = second - VowelBase;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            composed = SyllableBase + (((lead * VowelCount) + vowel) * TrailCount);
            return true;
        }

        int syllable = first - SyllableBase;
        int trail = second - TrailBase;
        if (syllable is >= 0 and < LeadCount * VowelCount * TrailCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
        {
            composed = first + trail;
            return true;
        }

        return Compositions.TryGetValue((first, second), out composed);
    }

    private static int Class(int character) => Classes.GetValueOrDefault(character);

    private static FrozenDictionary<int, (int First, int Second)> ReadDecompositions()
    {
        var decompositions = new Dictionary<int, (int, int)>();
        AddThrees(CanonicalCompositionData.Pairs, decompositions);
        AddThrees(CanonicalCompositionData.DecompositionsOnly, decompositions);
        return decompositions.ToFrozenDictionary();
    }

    private static void AddThrees(ReadOnlySpan<int> threes, Dictionary<int, (int First, int Second)> decompositions)
    {
        for (int index = 0; index < threes.Length; index += 3)
            decompositions.Add(threes[index], (threes[index + 1], threes[index + 2]));
    }

    private static FrozenDictionary<(int First, int Second), int> ReadCompositions()
    {
        var compositions = new Dictionary<(int, int), int>();
        ReadOnlySpan<int> pairs = CanonicalCompositionData.Pairs;
        for (int index = 0; index < pairs.Length; index += 3)
            compositions.Add((pairs[index + 1], pairs[index + 2]), pairs[index]);

        return compositions.ToFrozenDictionary();
    }

    private static FrozenDictionary<int, byte> ReadClasses()
    {
        var classes = new Dictionary<int, byte>();
        ReadOnlySpan<int> ranges = CanonicalCompositionData.CombiningClasses;
        for (int index = 0; index < ranges.Length; index += 3)
        {
            for (int character = ranges[index]; character <= ranges[index + 1]; character++)
                classes.Add(character, (byte)ranges[index + 2]);
        }

        return classes.ToFrozenDictionary();
    }
}
