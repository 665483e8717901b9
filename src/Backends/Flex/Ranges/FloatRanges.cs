namespace AttentionGen.Flex;

/// <summary>What operations on float32s give for ranges of operands.</summary>
internal static class FloatRanges
{
    /// <summary>By how much of its value a transcendental function may differ from one implementation to the next; generous.</summary>
    private const double Slack = 1e-5;

    public static ValueRange Compute(Operation operation, ValueRange a, ValueRange b) => operation switch
    {
        Operation.Negate => a with { Low = -a.High, High = -a.Low },
        Operation.Abs => a.Low >= 0 ? a : a.High <= 0 ? a with { Low = -a.High, High = -a.Low } : a with { Low = 0, High = Math.Max(-a.Low, a.High) },
        Operation.Floor => a with { Low = Math.Floor(a.Low), High = Math.Floor(a.High) },
        Operation.Min => new(Math.Min(a.Low, b.Low), Math.Min(a.High, b.High), a.MayBeNaN || b.MayBeNaN),
        Operation.Max => new(Math.Max(a.Low, b.Low), Math.Max(a.High, b.High), a.MayBeNaN || b.MayBeNaN),
        Operation.Add => Corners(a, b, static (x, y) => x + y),
        Operation.Subtract => Corners(a, b, static (x, y) => x - y),
        Operation.Multiply => Corners(a, b, static (x, y) => x * y),
        Operation.Divide => b is { Low: <= 0, High: >= 0 } ? ValueRange.AnyFloat : Corners(a, b, static (x, y) => x / y),
        Operation.Exp => Rising(a, Math.Exp, 0, double.PositiveInfinity),
        Operation.Exp2 => Rising(a, double.Exp2, 0, double.PositiveInfinity),
        Operation.Tanh => Rising(a, Math.Tanh, -1, 1),
        Operation.Sqrt when a.Low >= 0 => Rising(a, Math.Sqrt, 0, double.PositiveInfinity),
        Operation.Log when a.Low > 0 => Rising(a, Math.Log, double.NegativeInfinity, double.PositiveInfinity),
        Operation.Sin or Operation.Cos when a.IsFinite => new(-1 - Slack, 1 + Slack),
        _ => ValueRange.AnyFloat,
    };

    /// <summary>An int32 range's nearest float32s.</summary>
    public static ValueRange OfInts(ValueRange a) => new((float)a.Low, (float)a.High);

    private static ValueRange Rising(ValueRange a, Func<double, double> function, double least, double greatest)
    {
        double low = function(a.Low), high = function(a.High);
        return new(
            Math.Max(least, low - (Slack * Math.Max(Math.Abs(low), 1e-30))),
            Math.Min(greatest, Math.Abs(high) > float.MaxValue / 2 ? double.PositiveInfinity : high + (Slack * Math.Max(Math.Abs(high), 1e-30))),
            a.MayBeNaN);
    }

    /// <summary>The range of an operation that is monotone in either operand; rounding to float32 keeps that.</summary>
    private static ValueRange Corners(ValueRange a, ValueRange b, Func<double, double, double> operation)
    {
        if (!a.IsFinite || !b.IsFinite)
            return ValueRange.AnyFloat;
        float p = (float)operation(a.Low, b.Low), q = (float)operation(a.Low, b.High);
        float r = (float)operation(a.High, b.Low), s = (float)operation(a.High, b.High);
        return new(Math.Min(Math.Min(p, q), Math.Min(r, s)), Math.Max(Math.Max(p, q), Math.Max(r, s)));
    }
}
