using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>Finds the name that was probably meant, by the optimal string alignment distance (Damerau-Levenshtein, restricted).</summary>
internal static class NameDistance
{
    /// <summary>The candidate nearest to a text ignoring case, or null where more than a third of it would have to change.</summary>
    public static string? Nearest(string text, ImmutableArray<string> candidates)
    {
        string? nearest = null;
        int limit = Math.Max(2, text.Length / 3);
        foreach (string candidate in candidates)
        {
            // A difference in length is a lower bound of the distance.
            if (Math.Abs(candidate.Length - text.Length) > limit)
                continue;

            int distance = Between(text, candidate);
            if (distance < limit || (distance == limit && nearest is null))
            {
                nearest = candidate;
                limit = distance;
            }
        }

        return nearest;
    }

    private static int Between(string left, string right)
    {
        int[] beforePrevious = new int[right.Length + 1];
        int[] previous = new int[right.Length + 1];
        int[] current = new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
            previous[j] = j;

        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                bool same = Same(left[i - 1], right[j - 1]);
                int distance = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + (same ? 0 : 1));
                bool swapped = i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]);
                current[j] = swapped ? Math.Min(distance, beforePrevious[j - 2] + 1) : distance;
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[right.Length];
    }

    private static bool Same(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
