namespace AttentionGen.CommandLine.Execution;

/// <summary>What a command tells its caller.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The answer is no: no backend supports it, one does not conform.</summary>
    public const int NegativeResult = 1;

    public const int InvalidInput = 2;

    public const int Cancelled = 130;
}
