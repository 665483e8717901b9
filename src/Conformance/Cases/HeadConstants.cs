namespace AttentionGen.Conformance.Cases;

/// <summary>The numbers that a layer has for each query head.</summary>
internal static class HeadConstants
{
    /// <summary>2^(-8 (h + 1) / H), the slopes of the ALiBi paper (<see href="https://arxiv.org/abs/2108.12409"/>).</summary>
    public static float[] AlibiSlopes(int heads) => [.. Enumerable.Range(1, heads).Select(head => MathF.Pow(2, -8f * head / heads))];

    /// <summary>The sinks of a case.</summary>
    public static float[] Sinks(int heads, SinkKind kind) => [.. Enumerable.Range(0, heads).Select(head => kind switch
    {
        SinkKind.Dominant when head % 2 == 0 => 100,
        SinkKind.MinusInfinity when head % 2 == 0 => float.NegativeInfinity,
        _ => heads == 1 ? 0.5f : -1 + (2f * head / (heads - 1)),
    })];
}
