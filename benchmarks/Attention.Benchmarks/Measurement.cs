using System.Diagnostics;

namespace AttentionGen.Benchmarks;

/// <summary>Times contenders in turn, so that what else the machine does meets all of them alike.</summary>
internal static class Measurement
{
    /// <summary>The seconds of each contender's runs, after three that are not counted.</summary>
    /// <param name="contenders">The contenders.</param>
    /// <param name="seconds">About how long to measure.</param>
    /// <param name="minimumRounds">The least number of rounds.</param>
    public static TimedContender[] Interleaved(IReadOnlyList<Contender> contenders, double seconds, int minimumRounds)
    {
        for (int round = 0; round < 3; round++)
        {
            foreach (Contender contender in contenders)
                contender.Run();
        }

        List<double>[] times = [.. contenders.Select(static _ => new List<double>())];
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < minimumRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                long begin = Stopwatch.GetTimestamp();
                contenders[i].Run();
                times[i].Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
            }
        }

        return [.. contenders.Select((contender, i) => TimedContender.From(contender.Name, times[i]))];
    }
}
