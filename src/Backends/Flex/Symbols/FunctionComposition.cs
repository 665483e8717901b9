namespace AttentionGen.Flex;

/// <summary>Makes functions of functions.</summary>
public static class FunctionComposition
{
    /// <summary>A mask by which a query sees what both masks let it see.</summary>
    /// <param name="first">One mask.</param>
    /// <param name="second">The other.</param>
    public static MaskFunction And(this MaskFunction first, MaskFunction second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return at => first(at) & second(at);
    }

    /// <summary>A mask by which a query sees what either mask lets it see.</summary>
    /// <param name="first">One mask.</param>
    /// <param name="second">The other.</param>
    public static MaskFunction Or(this MaskFunction first, MaskFunction second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return at => first(at) | second(at);
    }

    /// <summary>A mask by which a query sees what the mask hides, and nothing else.</summary>
    /// <param name="mask">The mask.</param>
    public static MaskFunction Not(this MaskFunction mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return at => !mask(at);
    }

    /// <summary>A function that applies one function after the other.</summary>
    /// <param name="first">The function that sees the scaled score.</param>
    /// <param name="second">The function that sees what <paramref name="first"/> returns.</param>
    public static ScoreFunction Then(this ScoreFunction first, ScoreFunction second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return (score, at) => second(first(score, at), at);
    }
}
