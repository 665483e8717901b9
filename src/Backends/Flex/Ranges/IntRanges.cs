namespace AttentionGen.Flex;

/// <summary>What operations on int32s give for ranges of operands.</summary>
internal static class IntRanges
{
    public static ValueRange Compute(Operation operation, ValueRange a, ValueRange b) => operation switch
    {
        Operation.Negate => Wrapping(-a.High, -a.Low),
        Operation.Abs => Abs(a),
        Operation.Add => Wrapping(a.Low + b.Low, a.High + b.High),
        Operation.Subtract => Wrapping(a.Low - b.High, a.High - b.Low),
        Operation.Multiply => Corners(a, b, static (x, y) => x * y),
        Operation.Divide => Divide(a, b),
        Operation.Remainder => Remainder(a, b),
        Operation.Min => new(Math.Min(a.Low, b.Low), Math.Min(a.High, b.High)),
        Operation.Max => new(Math.Max(a.Low, b.Low), Math.Max(a.High, b.High)),
        _ => ValueRange.AnyInt,
    };

    /// <summary>A float32 range's integers: toward zero, saturating, NaN to 0.</summary>
    public static ValueRange Truncate(ValueRange a)
    {
        ValueRange result = new(Saturate(a.Low), Saturate(a.High));
        return a.MayBeNaN ? result.Union(ValueRange.Point(0)) : result;
    }

    private static double Saturate(double value) => Math.Clamp(Math.Truncate(value), int.MinValue, int.MaxValue);

    /// <summary>A range, or any int32 where its values would wrap around.</summary>
    private static ValueRange Wrapping(double low, double high) =>
        low < int.MinValue || high > int.MaxValue ? ValueRange.AnyInt : new(low, high);

    private static ValueRange Abs(ValueRange a) => a switch
    {
        { Low: >= 0 } => a,
        { Low: int.MinValue } => ValueRange.AnyInt,
        { High: <= 0 } => new(-a.High, -a.Low),
        _ => new(0, Math.Max(-a.Low, a.High)),
    };

    private static ValueRange Divide(ValueRange a, ValueRange b)
    {
        // The quotient is monotone in either operand while the divisor keeps its sign.
        ValueRange? result = b is { Low: <= 0, High: >= 0 } ? ValueRange.Point(0) : null;
        if (b.Low < 0)
            result = With(result, Quotients(a, b with { High = Math.Min(b.High, -1) }));
        if (b.High > 0)
            result = With(result, Quotients(a, b with { Low = Math.Max(b.Low, 1) }));
        return result!.Value;
    }

    private static ValueRange With(ValueRange? result, ValueRange more) => result is { } known ? known.Union(more) : more;

    private static ValueRange Quotients(ValueRange a, ValueRange b) => Corners(a, b, static (x, y) => Math.Truncate(x / y));

    private static ValueRange Remainder(ValueRange a, ValueRange b)
    {
        double largest = Math.Max(Math.Abs(b.Low), Math.Abs(b.High)) - 1;
        if (largest < 0)
            return ValueRange.Point(0);

        // Within one multiple of a known divisor the remainder rises with the dividend.
        bool keepsSign = a.Low >= 0 || a.High <= 0;
        if (b.IsPoint && keepsSign && Math.Truncate(a.Low / b.Low) == Math.Truncate(a.High / b.Low))
            return new(a.Low % b.Low, a.High % b.Low);
        return new(a.Low < 0 ? Math.Max(a.Low, -largest) : 0, a.High > 0 ? Math.Min(a.High, largest) : 0);
    }

    private static ValueRange Corners(ValueRange a, ValueRange b, Func<double, double, double> operation)
    {
        double p = operation(a.Low, b.Low), q = operation(a.Low, b.High), r = operation(a.High, b.Low), s = operation(a.High, b.High);
        return Wrapping(Math.Min(Math.Min(p, q), Math.Min(r, s)), Math.Max(Math.Max(p, q), Math.Max(r, s)));
    }
}
