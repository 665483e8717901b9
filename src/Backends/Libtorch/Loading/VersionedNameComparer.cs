namespace AttentionGen.Libtorch;

/// <summary>
/// Orders names ordinally, except that runs of digits compare by value. Works under invariant globalization, where
/// <see cref="System.Globalization.CompareOptions.NumericOrdering"/> does not.
/// </summary>
internal sealed class VersionedNameComparer : IComparer<string>
{
    public static VersionedNameComparer Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x, right = y;
        while (!left.IsEmpty && !right.IsEmpty)
        {
            int leftDigits = DigitsAtStart(left), rightDigits = DigitsAtStart(right);
            int order;
            if (leftDigits > 0 && rightDigits > 0)
            {
                order = CompareNumbers(left[..leftDigits], right[..rightDigits]);
                left = left[leftDigits..];
                right = right[rightDigits..];
            }
            else
            {
                order = left[0].CompareTo(right[0]);
                left = left[1..];
                right = right[1..];
            }

            if (order != 0)
                return order;
        }

        return left.Length - right.Length;
    }

    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        left = left.TrimStart('0');
        right = right.TrimStart('0');
        return left.Length != right.Length ? left.Length - right.Length : left.SequenceCompareTo(right);
    }

    private static int DigitsAtStart(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
