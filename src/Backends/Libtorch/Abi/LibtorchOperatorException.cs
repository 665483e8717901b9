namespace AttentionGen.Libtorch;

/// <summary>
/// A libtorch operator refused its arguments or failed. The message names the operator and what it was given; libtorch's
/// own text goes to the standard error stream, from where it cannot be read back.
/// </summary>
public sealed class LibtorchOperatorException : Exception
{
    internal LibtorchOperatorException(string operatorName, string arguments, string message)
        : base(message)
    {
        Operator = operatorName;
        Arguments = arguments;
    }

    /// <summary>The operator, with its overload after a dot.</summary>
    public string Operator { get; }

    /// <summary>What it was given, such as <c>f32[1, 8, 16, 64] on cpu, none, 0, true</c>.</summary>
    public string Arguments { get; }
}
