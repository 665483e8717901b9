namespace AttentionGen;

/// <summary>How a name comes to be served.</summary>
public enum BackendService
{
    /// <summary>Nothing serves the name: no class of the application carries it and no override is set.</summary>
    None,

    /// <summary>The one class that carries the name.</summary>
    Class,

    /// <summary>A class that took the place of another assembly's when the application was built (<c>Override = true</c>).</summary>
    BuildTimeOverride,

    /// <summary>
    /// A factory that was set while the application runs, see
    /// <see cref="AttentionBackendRegistry.SetOverride(string, Func{IAttentionBackend})"/>.
    /// </summary>
    RunTimeOverride,
}
