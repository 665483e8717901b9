namespace TextGeneration.Graphs;

/// <summary>Records the work of a step, so that it can be started again over what is in the same memory then.</summary>
internal interface IStepRecorder : IDisposable
{
    /// <summary>Records a step. It is run on the way, at least once.</summary>
    /// <param name="step">The step: only work for the device, over memory that stays.</param>
    IRecordedStep Record(Action step);
}

/// <summary>The recorded work of a step.</summary>
internal interface IRecordedStep : IDisposable
{
    /// <summary>Starts it, on libtorch's current stream.</summary>
    void Replay();
}
