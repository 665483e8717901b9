namespace AttentionGen.Flex;

/// <summary>Functions of symbols, for use in a <see cref="ScoreFunction"/> or a <see cref="MaskFunction"/>.</summary>
public static class Symbolic
{
    /// <summary>One of two numbers, by a condition. Both are computed.</summary>
    /// <param name="condition">Which one.</param>
    /// <param name="whenTrue">The result where the condition holds.</param>
    /// <param name="whenFalse">The result where it does not.</param>
    public static SymbolicFloat Where(SymbolicBool condition, SymbolicFloat whenTrue, SymbolicFloat whenFalse) =>
        new(SymbolicNode.Float(Operation.Select, condition.Node, whenTrue.Node, whenFalse.Node));

    /// <inheritdoc cref="Where(SymbolicBool, SymbolicFloat, SymbolicFloat)"/>
    public static SymbolicInt Where(SymbolicBool condition, SymbolicInt whenTrue, SymbolicInt whenFalse) =>
        new(SymbolicNode.Int(Operation.Select, condition.Node, whenTrue.Node, whenFalse.Node));

    /// <summary>One of two conditions, by a third. Both are computed.</summary>
    /// <param name="condition">Which one.</param>
    /// <param name="whenTrue">The result where the condition holds.</param>
    /// <param name="whenFalse">The result where it does not.</param>
    public static SymbolicBool Where(SymbolicBool condition, SymbolicBool whenTrue, SymbolicBool whenFalse) =>
        (condition & whenTrue) | (!condition & whenFalse);

    /// <summary>The smaller of two numbers; NaN where one is.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static SymbolicFloat Min(SymbolicFloat left, SymbolicFloat right) => new(SymbolicNode.Float(Operation.Min, left.Node, right.Node));

    /// <summary>The smaller of two integers.</summary>
    /// <param name="left">One integer.</param>
    /// <param name="right">The other.</param>
    public static SymbolicInt Min(SymbolicInt left, SymbolicInt right) => new(SymbolicNode.Int(Operation.Min, left.Node, right.Node));

    /// <summary>The larger of two numbers; NaN where one is.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static SymbolicFloat Max(SymbolicFloat left, SymbolicFloat right) => new(SymbolicNode.Float(Operation.Max, left.Node, right.Node));

    /// <summary>The larger of two integers.</summary>
    /// <param name="left">One integer.</param>
    /// <param name="right">The other.</param>
    public static SymbolicInt Max(SymbolicInt left, SymbolicInt right) => new(SymbolicNode.Int(Operation.Max, left.Node, right.Node));

    /// <summary>A number, or the bound that it lies beyond; the upper one where the bounds cross.</summary>
    /// <param name="value">The number.</param>
    /// <param name="min">The lower bound.</param>
    /// <param name="max">The upper bound.</param>
    public static SymbolicFloat Clamp(SymbolicFloat value, SymbolicFloat min, SymbolicFloat max) => Min(Max(value, min), max);

    /// <inheritdoc cref="Clamp(SymbolicFloat, SymbolicFloat, SymbolicFloat)"/>
    public static SymbolicInt Clamp(SymbolicInt value, SymbolicInt min, SymbolicInt max) => Min(Max(value, min), max);

    /// <summary>The number without its sign.</summary>
    /// <param name="value">The number.</param>
    public static SymbolicFloat Abs(SymbolicFloat value) => new(SymbolicNode.Float(Operation.Abs, value.Node));

    /// <summary>The integer without its sign; <see cref="int.MinValue"/> stays.</summary>
    /// <param name="value">The integer.</param>
    public static SymbolicInt Abs(SymbolicInt value) => new(SymbolicNode.Int(Operation.Abs, value.Node));

    /// <summary>e to the power of the number.</summary>
    /// <param name="value">The number.</param>
    public static SymbolicFloat Exp(SymbolicFloat value) => new(SymbolicNode.Float(Operation.Exp, value.Node));

    /// <summary>2 to the power of the number.</summary>
    /// <param name="value">The number.</param>
    public static SymbolicFloat Exp2(SymbolicFloat value) => new(SymbolicNode.Float(Operation.Exp2, value.Node));

    /// <summary>The natural logarithm.</summary>
    /// <param name="value">The number.</param>
    public static SymbolicFloat Log(SymbolicFloat value) => new(SymbolicNode.Float(Operation.Log, value.Node));

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="value">The number.</param>
    public static SymbolicFloat Tanh(SymbolicFloat value) => new(SymbolicNode.Float(Operation.Tanh, value.Node));

    /// <summary>The sine of an angle in radians.</summary>
    /// <param name="value">The angle.</param>
    public static SymbolicFloat Sin(SymbolicFloat value) => new(SymbolicNode.Float(Operation.Sin, value.Node));

    /// <summary>The cosine of an angle in radians.</summary>
    /// <param name="value">The angle.</param>
    public static SymbolicFloat Cos(SymbolicFloat value) => new(SymbolicNode.Float(Operation.Cos, value.Node));

    /// <summary>The square root.</summary>
    /// <param name="value">The number.</param>
    public static SymbolicFloat Sqrt(SymbolicFloat value) => new(SymbolicNode.Float(Operation.Sqrt, value.Node));

    /// <summary>The largest whole number that is not greater.</summary>
    /// <param name="value">The number.</param>
    public static SymbolicFloat Floor(SymbolicFloat value) => new(SymbolicNode.Float(Operation.Floor, value.Node));
}
