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
    /// <summary>Called once by the registry that made the instance, before anybody else sees it.</summary>
    /// <param name="descriptor">The name that the instance serves, and what its class declares.</param>
    void Attach(BackendDescriptor descriptor)
    {
    }
}
