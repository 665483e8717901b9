using AttentionGen.Conformance.Cases;

namespace AttentionGen.Conformance.Checks;

/// <summary>Which query rows of a batch are a request's.</summary>
internal static class RequestRows
{
    public static IEnumerable<int> Of(AttentionCase attentionCase, int request)
    {
        int first = attentionCase.Requests.Take(request).Sum(static shape => shape.Queries);
        return Enumerable.Range(first, attentionCase.Requests[request].Queries);
    }
}
