namespace AttentionGen;

/// <summary>A backend that the user named outside the request, and where.</summary>
/// <param name="Name">The name as it was given.</param>
/// <param name="Source">Where it was given.</param>
public sealed record BackendChoice(string Name, BackendChoiceSource Source)
{
    /// <summary>The environment variable that names a backend.</summary>
    public const string EnvironmentVariable = "ATTENTION_BACKEND";

    /// <summary>The choice made by <see cref="EnvironmentVariable"/>, or null where it is not set, empty or <c>auto</c>.</summary>
    public static BackendChoice? FromEnvironment()
    {
        string? name = Environment.GetEnvironmentVariable(EnvironmentVariable)?.Trim();
        return string.IsNullOrEmpty(name) || name.Equals(ScopedBackendChoice.Automatic, StringComparison.OrdinalIgnoreCase)
            ? null
            : new BackendChoice(name, BackendChoiceSource.Environment);
    }}
