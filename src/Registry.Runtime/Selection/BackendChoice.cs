namespace AttentionGen;

/// <summary>A backend that the user named outside the request, and where.</summary>
/// <param name="Name">The name as it was given.</param>
/// <param name="Source">Where it was given.</param>
public sealed record BackendChoice(string Name, BackendChoiceSource Source)
{
    /// <summary>The environment variable that names a backend.</summary>
    public const string EnvironmentVariable = "ATTENTION_BACKEND";

    /// <summary>The choice made by <see cref="EnvironmentVariable"/>, or null where it is not set, empty or <c>auto</c>.</summary>
    public static BackendChoice? FromEnvironment() => FromName(EnvironmentName());

    /// <summary>The name in <see cref="EnvironmentVariable"/>, or null where it chooses nothing.</summary>
    internal static string? EnvironmentName()
    {
        string? name = Environment.GetEnvironmentVariable(EnvironmentVariable);
        return string.IsNullOrWhiteSpace(name) || name.Equals(ScopedBackendChoice.Automatic, StringComparison.OrdinalIgnoreCase) ? null : name.Trim();
    }

    internal static BackendChoice? FromName(string? name) => name is null ? null : new BackendChoice(name, BackendChoiceSource.Environment);
}
