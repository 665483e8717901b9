using System.Globalization;
using AttentionGen.Cuda.Benchmarks.Reporting;
using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>Compares the results of a row's contenders and times them in turn, so that what else the device does meets all alike.</summary>
internal sealed class RowMeasurement : IDisposable
{
    private const int WarmUpRounds = 3;

    private readonly CudaDevice _device;
    private readonly int _rounds;
    private readonly QueueFiller _filler;

    /// <summary>Prepares to measure.</summary>
    /// <param name="device">The device.</param>
    /// <param name="rounds">How often each contender is timed.</param>
    public RowMeasurement(CudaDevice device, int rounds)
    {
        _device = device;
        _rounds = rounds;
        _filler = new QueueFiller(device.Memory);
    }

    /// <summary>Measures a row.</summary>
    /// <param name="group">Its group.</param>
    /// <param name="work">What is done.</param>
    /// <param name="sets">The number of sets of inputs, used in turn.</param>
    /// <param name="contenders">Who does it; the first peer with a result is what others' results are compared with.</param>
    /// <param name="goals">What ours are compared with.</param>
    public ReportRow Measure(string group, string work, int sets, IReadOnlyList<Contender> contenders, IReadOnlyList<Goal> goals)
    {
        Dictionary<Contender, MeasuredContender> failures = [];
        Dictionary<Contender, double> differences = [];
        List<PreparedContender> prepared = [];
        try
        {
            foreach (Contender contender in contenders)
            {
                try
                {
                    prepared.Add(new PreparedContender(contender, _device, sets));
                }
                catch (Exception error)
                {
                    failures.Add(contender, new MeasuredContender
                    {
                        Name = contender.Name, Error = error.Message, IsFailure = contender.IsEngine || error is not LibtorchOperatorException,
                    });
                }
            }

            Compare(prepared, differences, failures);
            Time([.. prepared.Where(one => one.Contender.IsTimed && !failures.ContainsKey(one.Contender))]);
            return new ReportRow(group, work, [.. contenders
                .Where(contender => contender.IsTimed || failures.ContainsKey(contender))
                .Select(contender => failures.TryGetValue(contender, out MeasuredContender? failure) ? failure : Measured(contender))]);
        }
        finally
        {
            foreach (PreparedContender one in prepared)
                one.Dispose();
        }

        MeasuredContender Measured(Contender contender)
        {
            PreparedContender own = prepared.Find(one => one.Contender == contender)!;
            MeasuredContender measured = MeasuredContender.From(contender.Name, own.Seconds);
            double rate = contender.Work / measured.Median!.Value;
            return measured with
            {
                Rate = rate,
                RateText = RateText(rate, contender.Unit),
                Note = own.Note,
                Difference = differences.TryGetValue(contender, out double difference) ? difference : null,
                Judgements = contender.Family == Family.Ours ? Judge(contender, measured, prepared, goals) : [],
            };
        }
    }

    public void Dispose() => _filler.Dispose();

    private static string RateText(double rate, WorkUnit unit) => unit switch
    {
        WorkUnit.Bytes => string.Create(CultureInfo.InvariantCulture, $"{rate / 1e9:F0} GB/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{rate / 1e12:F1} TFLOP/s"),
    };

    private static List<Judgement> Judge(Contender contender, MeasuredContender measured, List<PreparedContender> prepared, IReadOnlyList<Goal> goals)
    {
        List<Judgement> judgements = [];
        foreach (Goal goal in goals)
        {
            Judgement? best = null;
            foreach (PreparedContender peer in prepared.Where(peer => peer.Contender.Family == goal.Peers && peer.Seconds.Count > 0))
            {
                double ratio = MeasuredContender.From(peer.Contender.Name, peer.Seconds).Median!.Value / measured.Median!.Value;
                if (goal.Basis == RatioBasis.Rate)
                    ratio *= contender.Work / peer.Contender.Work;
                double? target = contender.IsJudged ? goal.Target : null;
                if (best is null || ratio < best.Ratio)
                    best = new Judgement(peer.Contender.Name, ratio, target, target is null ? null : ratio >= target);
            }

            if (best is not null)
                judgements.Add(best);
        }

        return judgements;
    }

    private static void Compare(
        List<PreparedContender> prepared, Dictionary<Contender, double> differences, Dictionary<Contender, MeasuredContender> failures)
    {
        PreparedContender? reference = prepared.Find(static one => one.Contender is { IsEngine: false, ToRows: not null });
        if (reference is null)
        {
            if (prepared.Exists(static one => one.Contender.ToRows is not null))
                throw new InvalidOperationException("No peer has a result to compare with. A time of a result that may be wrong is worth nothing.");
            return;
        }

        using Tensor expected = reference.Rows();
        foreach (PreparedContender one in prepared.Where(one => one != reference && one.Contender.ToRows is not null))
        {
            using Tensor actual = one.Rows();
            double difference = ResultDifference.Of(actual, expected);
            differences.Add(one.Contender, difference);
            if (!(difference <= ResultDifference.Limit))
            {
                failures.Add(one.Contender, new MeasuredContender
                {
                    Name = one.Contender.Name, Difference = difference, IsFailure = true,
                    Error = $"Its result is not that of {reference.Contender.Name}. A time of a wrong result is worth nothing.",
                });
            }
        }
    }

    private void Time(List<PreparedContender> prepared)
    {
        int turn = 0;
        for (int round = -WarmUpRounds; round < _rounds; round++)
        {
            turn++;
            for (int i = 0; i < prepared.Count; i++)
            {
                PreparedContender one = prepared[(i + turn) % prepared.Count];
                _filler.Run();
                one.Timer.Start();
                one.Run(turn % one.Sets);
                one.Timer.Stop();
            }

            _device.Synchronise(_device.CurrentStream);
            foreach (PreparedContender one in prepared)
            {
                double seconds = one.Timer.Seconds;
                if (round >= 0)
                    one.Seconds.Add(seconds);
            }
        }
    }
}
