namespace AttentionGen.Flex;

/// <summary>
/// A set of values that contains all those that an expression takes: from <see cref="Low"/> to <see cref="High"/>, and NaN
/// perhaps. A truth value is 0 or 1. A float64 holds any int32 and any float32.
/// </summary>
/// <param name="Low">The least value.</param>
/// <param name="High">The greatest value.</param>
/// <param name="MayBeNaN">Whether NaN may be among them.</param>
internal readonly record struct ValueRange(double Low, double High, bool MayBeNaN = false)
{
    public static ValueRange AnyFloat => new(double.NegativeInfinity, double.PositiveInfinity, MayBeNaN: true);

    public static ValueRange AnyInt => new(int.MinValue, int.MaxValue);

    public static ValueRange AnyBool => new(0, 1);

    public static ValueRange Point(double value) => double.IsNaN(value) ? AnyFloat : new(value, value);

    public static ValueRange Bool(bool mayBeFalse, bool mayBeTrue) => new(mayBeFalse ? 0 : 1, mayBeTrue ? 1 : 0);

    public bool IsPoint => Low == High && !MayBeNaN;

    public bool IsAlwaysTrue => Low == 1;

    public bool IsAlwaysFalse => High == 0;

    public bool IsFinite => double.IsFinite(Low) && double.IsFinite(High) && !MayBeNaN;

    /// <summary>The smallest range that contains both.</summary>
    public ValueRange Union(ValueRange other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High), MayBeNaN || other.MayBeNaN);
}
