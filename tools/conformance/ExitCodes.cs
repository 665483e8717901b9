namespace AttentionGen.Conformance.Tool;

/// <summary>What the program tells its caller.</summary>
internal static class ExitCodes
{
    public const int Conforms = 0;

    /// <summary>A case failed, or there was none.</summary>
    public const int DoesNotConform = 1;

    public const int InvalidInput = 2;

    public const int Cancelled = 130;
}
