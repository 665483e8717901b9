using AttentionGen.Conformance.Cases;

namespace AttentionGen.Conformance.Judgement;

/// <summary>
/// Keeps the answer of the last case, so that it is computed once for all backends: the battery runs a case on one backend
/// after another.
/// </summary>
/// <param name="device">The device that libtorch's own arithmetic runs on.</param>
internal sealed class ExpectationCache(AttentionDevice device)
{
    private string? _case;
    private Expectation? _expectation;

    public Expectation For(AttentionCase attentionCase)
    {
        string text = attentionCase.Describe();
        if (_expectation is null || _case != text)
        {
            _expectation = null;
            _expectation = Expectation.Create(attentionCase, device);
            _case = text;
        }

        return _expectation;
    }
}
