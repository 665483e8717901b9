namespace AttentionGen.Conformance.Cases;

/// <summary>
/// Rows of choices in which every pair of choices of two parameters occurs: what breaks, mostly breaks where two features
/// meet, and the whole product is too large to run.
/// </summary>
internal static class PairwiseCover
{
    /// <summary>Greedy rows: each takes a pair not met yet and completes it with the choices that meet most others.</summary>
    /// <param name="choices">The number of choices of each parameter, at least 1.</param>
    public static List<int[]> Create(ReadOnlySpan<int> choices)
    {
        int[] counts = choices.ToArray();
        HashSet<(int, int, int, int)> missing = [];
        for (int first = 0; first < counts.Length; first++)
        {
            for (int second = first + 1; second < counts.Length; second++)
            {
                for (int i = 0; i < counts[first]; i++)
                {
                    for (int j = 0; j < counts[second]; j++)
                        missing.Add((first, i, second, j));
                }
            }
        }

        List<(int, int, int, int)> order = [.. missing];
        List<int[]> rows = [];
        foreach ((int first, int i, int second, int j) in order)
        {
            if (!missing.Contains((first, i, second, j)))
                continue;

            int[] row = new int[counts.Length];
            Array.Fill(row, -1);
            (row[first], row[second]) = (i, j);
            for (int parameter = 0; parameter < row.Length; parameter++)
            {
                if (row[parameter] < 0)
                    row[parameter] = BestChoice(row, parameter, counts[parameter], missing, rows.Count);
            }

            for (int a = 0; a < row.Length; a++)
            {
                for (int b = a + 1; b < row.Length; b++)
                    missing.Remove((a, row[a], b, row[b]));
            }

            rows.Add(row);
        }

        return rows;
    }

    // Where several choices are as good, rows take turns.
    private static int BestChoice(int[] row, int parameter, int count, HashSet<(int, int, int, int)> missing, int turn)
    {
        int best = 0, bestMet = -1;
        for (int offset = 0; offset < count; offset++)
        {
            int choice = (turn + offset) % count, met = 0;
            for (int other = 0; other < row.Length; other++)
            {
                if (row[other] < 0 || other == parameter)
                    continue;
                bool isMissing = other < parameter
                    ? missing.Contains((other, row[other], parameter, choice))
                    : missing.Contains((parameter, choice, other, row[other]));
                met += isMissing ? 1 : 0;
            }

            if (met > bestMet)
                (best, bestMet) = (choice, met);
        }

        return best;
    }
}
