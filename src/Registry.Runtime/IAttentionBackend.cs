namespace AttentionGen;

/// <summary>
/// What every class that carries an <see cref="AttentionBackendAttribute"/> implements: the first of three tiers, after
/// vLLM's <c>AttentionBackend</c>, metadata builder and <c>AttentionImpl</c>.
/// </summary>
/// <remarks>
/// A backend knows its static facts and makes the two other tiers: a plan (one a step, shared by all layers) and layers
/// (one an attention layer of the model). Those belong to the tensor contract, so this interface, which depends on
/// nothing but the base class library, has no member of its own. Backends over a paged KV cache derive from
/// <c>PagedAttentionBackend</c> in the package AttentionGen.Backends.
/// </remarks>
#pragma warning disable CA1040 // The registry needs a type to return before any tensor library is known.
public interface IAttentionBackend
{
}
#pragma warning restore CA1040
