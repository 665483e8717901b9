namespace TextGeneration.CommandLine;

/// <summary>How the process ends.</summary>
internal static class ExitCodes
{
    /// <summary>All prompts were answered.</summary>
    public const int Success = 0;

    /// <summary>Something the user gave cannot be used; the message on standard error says what and why.</summary>
    public const int InvalidInput = 2;

    /// <summary>The user ended it (128 + SIGINT).</summary>
    public const int Cancelled = 130;
}
