namespace TextGeneration.Generation;

/// <summary>How a step was run.</summary>
internal enum StepPath
{
    /// <summary>Each operation was started by itself.</summary>
    Eager,

    /// <summary>A graph was captured for the step, and replayed.</summary>
    Captured,

    /// <summary>A graph from before was replayed.</summary>
    Replayed,
}
