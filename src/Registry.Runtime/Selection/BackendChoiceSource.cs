namespace AttentionGen;

/// <summary>Who chose a backend. Earlier members take precedence over later ones.</summary>
public enum BackendChoiceSource
{
    /// <summary>The caller's code, by <see cref="AttentionRequest.Backend"/>.</summary>
    Request,

    /// <summary>Configuration, by <see cref="SelectionOptions.Choices"/>.</summary>
    Configuration,

    /// <summary>The environment variable <see cref="BackendChoice.EnvironmentVariable"/>.</summary>
    Environment,

    /// <summary>Nobody: the best-ranked backend that supports the request.</summary>
    Automatic,
}
