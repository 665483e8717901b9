namespace AttentionGen;

/// <summary>
/// What every class that carries an <see cref="AttentionBackendAttribute"/> implements: the first of three tiers, after
/// vLLM's <c>AttentionBackend</c>, metadata builder and <c>AttentionImpl</c>.
/// </summary>
/// <remarks>
/// A backend knows its static facts and makes the two other tiers: a plan (one a step, shared by all layers) and layers
/// (one an attention layer of the model). Those belong to the tensor contract, and this assembly depends on nothing but
/// the base class library. Backends over a paged KV cache derive from <c>PagedAttentionBackend</c> in the package
/// AttentionGen.Backends.
/// </remarks>
public interface IAttentionBackend
{
    /// <summary>
    /// Called by the registry with each instance before anybody else sees it: once where it made the instance, again where
    /// a run-time override passes that instance on under another name.
    /// </summary>
    /// <param name="descriptor">The name that the instance serves, and what is declared for that name.</param>
    void Attach(BackendDescriptor descriptor)
    {
    }

    /// <summary>
    /// Whether what the backend needs is there: its libraries, the driver and the device. Nothing is computed. The default
    /// finds no problem.
    /// </summary>
    /// <param name="device">The device, described; its index says which one of this machine.</param>
    /// <returns>What is missing, with <see cref="ReasonCode.NotLoadable"/>; null where nothing is.</returns>
    SelectionReason? FindLoadProblem(AttentionDevice device) => null;
}
