using TextGeneration.Graphs;

namespace TextGeneration.Tests.Graphs;

/// <summary>Stands in for a recorder where there is no GPU: a step is run once to be recorded, and again for each replay.</summary>
internal sealed class RepeatedSteps : IStepRecorder
{
    /// <summary>The number of steps recorded.</summary>
    public int Recorded { get; private set; }

    /// <summary>The number of replays of all of them.</summary>
    public int Replays { get; private set; }

    /// <summary>The number of recorded steps that are not disposed.</summary>
    public int Alive { get; private set; }

    public bool IsDisposed { get; private set; }

    public IRecordedStep Record(Action step)
    {
        step();
        Recorded++;
        Alive++;
        return new Repeated(this, step);
    }

    public void Dispose()
    {
        Assert.Equal(0, Alive);
        IsDisposed = true;
    }

    private sealed class Repeated(RepeatedSteps owner, Action step) : IRecordedStep
    {
        public void Replay()
        {
            owner.Replays++;
            step();
        }

        public void Dispose() => owner.Alive--;
    }
}
