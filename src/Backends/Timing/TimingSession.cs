using System.Collections.Immutable;
using System.Globalization;

namespace AttentionGen.Timing;

/// <summary>The timing of one step.</summary>
internal sealed class TimingSession(AttentionBackendRegistry registry, AttentionDevice device, StepShape shape, TimingOptions options) : IDisposable
{
    private readonly StepInputs _inputs = new(device, shape);
    private readonly List<TimedBackend> _running = [];
    private readonly List<BackendTiming> _ended = [];

    public ImmutableArray<BackendTiming> Time(IEnumerable<string> names)
    {
        foreach (string name in names)
            Prepare(name);
        CompareWithFirst();
        Attempt(_running, backend =>
        {
            for (int run = 0; run < options.WarmUpRuns; run++)
                backend.Run();
            backend.Calibrate();
        });

        // In turn, so that what else the machine does meets all of them alike, and in another order each time: a backend's idle
        // threads still spin when the next one starts.
        Random random = new(5);
        for (TimedBackend[] waiting = Waiting(); waiting.Length > 0; waiting = Waiting())
        {
            random.Shuffle(waiting);
            Attempt(waiting, static backend => backend.Sample());
        }

        return
        [
            .. _running.Select(static backend => backend.ToTiming()).OrderBy(static timing => timing.MedianMicroseconds),
            .. _ended.OrderBy(static timing => timing.Name, StringComparer.Ordinal),
        ];

        TimedBackend[] Waiting() => [.. _running.Where(backend => !backend.IsDone(options))];
    }

    public void Dispose()
    {
        foreach (TimedBackend backend in _running)
            DisposeQuietly(backend);
        _inputs.Dispose();
    }

    private void Prepare(string name)
    {
        options.Cancellation.ThrowIfCancellationRequested();
        if (!registry.TryGetDescriptor(name, out BackendDescriptor? descriptor))
        {
            End(name, TimingOutcome.NotSupported, "no class in this application serves the name");
            return;
        }

        ImmutableArray<SelectionReason> reasons = descriptor.ReasonsAgainst(shape.ToRequest(device));
        if (!reasons.IsEmpty)
        {
            End(name, TimingOutcome.NotSupported, string.Join("; ", reasons));
            return;
        }

        try
        {
            if (registry.Create(name) is PagedAttentionBackend backend)
                _running.Add(new TimedBackend(name, backend, _inputs));
            else
                End(name, TimingOutcome.NotSupported, $"it is no {nameof(PagedAttentionBackend)}, and the timer knows no other contract");
        }
        catch (Exception error)
        {
            End(name, error);
        }
    }

    private void CompareWithFirst()
    {
        Attempt(_running, static backend => backend.Run());
        if (_running.Count == 0)
            return;

        // One whose result is no number is different from itself, and nothing to compare with.
        TimedBackend first = _running.Find(static backend => double.IsFinite(ResultDifference.Of(backend.Output, backend.Output))) ?? _running[0];
        List<TimedBackend> different = [];
        foreach (TimedBackend backend in _running)
        {
            backend.Difference = ResultDifference.Of(backend.Output, first.Output);
            if (backend.Difference <= options.LargestDifference)
                continue;

            different.Add(backend);
            End(backend.Name, TimingOutcome.Different, string.Create(
                CultureInfo.InvariantCulture,
                $"a row of its result differs from {first.Name}'s by {backend.Difference:0.###} of its length, and {options.LargestDifference:0.###} is accepted"), backend.Difference);
        }

        different.ForEach(Remove);
    }

    private void Attempt(IReadOnlyList<TimedBackend> backends, Action<TimedBackend> action)
    {
        foreach (TimedBackend backend in backends.ToArray())
        {
            options.Cancellation.ThrowIfCancellationRequested();
            try
            {
                action(backend);
            }
            catch (Exception error)
            {
                Remove(backend);
                End(backend.Name, error);
            }
        }
    }

    private void Remove(TimedBackend backend)
    {
        _running.Remove(backend);
        DisposeQuietly(backend);
    }

    private void End(string name, Exception error) => End(name, TimingOutcome.Failed, $"it threw {error.GetType().Name}: {error.Message}");

    private void End(string name, TimingOutcome outcome, string explanation, double difference = 0) =>
        _ended.Add(new BackendTiming { Name = name, Outcome = outcome, Explanation = explanation, Difference = difference });

    private static void DisposeQuietly(TimedBackend backend)
    {
        try
        {
            backend.Dispose();
        }
        catch (Exception)
        {
            // The times are worth more than the end of a backend that misbehaves.
        }
    }
}
