using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>One way to do a piece of work.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="Family">What kind it is.</param>
/// <param name="Call">Does the work once, with a set of inputs, on libtorch's current stream.</param>
internal sealed record Contender(string Name, Family Family, Func<int, Tensor> Call)
{
    /// <summary>How much work a call is, in <see cref="Unit"/>s.</summary>
    public required double Work { get; init; }

    /// <summary>What the work is counted in.</summary>
    public required WorkUnit Unit { get; init; }

    /// <summary>The result seen as [T, Hq, D]; null: there is nothing to compare.</summary>
    public Func<Tensor, Tensor>? ToRows { get; init; }

    /// <summary>Whether each call makes a new tensor for its result, and not writes into one.</summary>
    public bool MakesResult { get; init; }

    /// <summary>Whether it is timed; false: it is there for its result alone.</summary>
    public bool IsTimed { get; init; } = true;

    /// <summary>Whether targets are for it; false: it is a variant for comparison.</summary>
    public bool IsJudged { get; init; } = true;

    /// <summary>Whether it is of our own engine, which may not fail.</summary>
    public bool IsEngine => Family is Family.Ours or Family.BFloat16Cache or Family.SeparateCalls or Family.Part;
}
