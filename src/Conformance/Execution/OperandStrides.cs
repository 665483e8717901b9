using AttentionGen.Conformance.Cases;

namespace AttentionGen.Conformance.Execution;

/// <summary>The strides that an operand layout gives to [T, H, D].</summary>
internal static class OperandStrides
{
    // A multiple of what vector loads take, so that only the gap is new.
    private const int Gap = 64;

    public static long[] Of(OperandLayout layout, int tokens, int heads, int size, bool isKeyOrValue) => layout switch
    {
        OperandLayout.PaddedRows => [((long)heads * size) + Gap, size, 1],
        OperandLayout.HeadsFirst => [size, (long)Math.Max(tokens, 1) * size, 1],
        OperandLayout.RepeatedHeads when isKeyOrValue => [size, 0, 1],
        _ => [(long)heads * size, size, 1],
    };

    /// <summary>The strides of [Hq, T] log-sum-exps.</summary>
    public static long[] OfLogSumExp(OperandLayout layout, int tokens, int heads) =>
        layout == OperandLayout.HeadsFirst ? [1, heads] : [layout == OperandLayout.PaddedRows ? tokens + Gap : tokens, 1];

    public static int Misalignment(OperandLayout layout) => layout == OperandLayout.Misaligned ? 1 : 0;
}
