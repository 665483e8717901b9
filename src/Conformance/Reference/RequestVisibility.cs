using System.Numerics;
using AttentionGen.Conformance.Cases;

namespace AttentionGen.Conformance.Reference;

/// <summary>Which keys each query of one request sees, and how far apart they stand: the contract's masks, in words of code.</summary>
/// <param name="attentionCase">The case.</param>
/// <param name="request">The request.</param>
internal sealed class RequestVisibility(AttentionCase attentionCase, RequestShape request)
{
    private readonly int _firstNew = request.Keys - request.Queries;

    /// <summary>Whether a query sees a key.</summary>
    public bool Sees(int query, int key)
    {
        if (attentionCase.Type == AttentionTypes.CrossAttention)
            return true;
        bool isNew = key >= _firstNew;
        int distance = Distance(query, key);
        if (!request.Tree.IsEmpty && isNew)
        {
            if ((request.Tree[query] >> (key - _firstNew) & 1) == 0)
                return false;
        }
        else if (IsCausal && distance < 0)
        {
            return false;
        }

        return attentionCase.SlidingWindow is not { } window || Math.Abs(distance) < window;
    }

    /// <summary>The query's position less the key's.</summary>
    public int Distance(int query, int key) => QueryPosition(query) - (key < _firstNew ? key : QueryPosition(key - _firstNew));

    private bool IsCausal => attentionCase.Causal && attentionCase.Type == AttentionTypes.Decoder;

    // A query is a new token; its position is its place among the keys, or in a tree its depth after the earlier keys.
    private int QueryPosition(int query) =>
        _firstNew + (request.Tree.IsEmpty ? query : BitOperations.PopCount(request.Tree[query]) - 1);
}
