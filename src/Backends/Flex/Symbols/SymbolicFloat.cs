namespace AttentionGen.Flex;

/// <summary>A float32 number in a traced function.</summary>
/// <remarks>
/// Its operators are IEEE 754's for float32, so a division by zero is an infinity or NaN. The default value is the constant 0.
/// </remarks>
public readonly struct SymbolicFloat : IEquatable<SymbolicFloat>
{
    private readonly SymbolicNode? _node;

    internal SymbolicFloat(SymbolicNode node) => _node = node;

    internal SymbolicNode Node => _node ?? SymbolicNode.ZeroFloat;

    /// <summary>A constant.</summary>
    public static implicit operator SymbolicFloat(float value) => new(SymbolicNode.Constant(value));

    /// <summary>The nearest float32 number to an integer.</summary>
    public static implicit operator SymbolicFloat(SymbolicInt value) => new(SymbolicNode.Float(Operation.ToFloat, value.Node));

    /// <summary>
    /// The integer part, as C#'s conversion gives it: rounded toward zero, numbers beyond int32 the nearest one, NaN 0.
    /// </summary>
    public static explicit operator SymbolicInt(SymbolicFloat value) => new(SymbolicNode.Int(Operation.ToInt, value.Node));

    /// <summary>The sum.</summary>
    public static SymbolicFloat operator +(SymbolicFloat left, SymbolicFloat right) => new(SymbolicNode.Float(Operation.Add, left.Node, right.Node));

    /// <summary>The difference.</summary>
    public static SymbolicFloat operator -(SymbolicFloat left, SymbolicFloat right) => new(SymbolicNode.Float(Operation.Subtract, left.Node, right.Node));

    /// <summary>The product.</summary>
    public static SymbolicFloat operator *(SymbolicFloat left, SymbolicFloat right) => new(SymbolicNode.Float(Operation.Multiply, left.Node, right.Node));

    /// <summary>The quotient.</summary>
    public static SymbolicFloat operator /(SymbolicFloat left, SymbolicFloat right) => new(SymbolicNode.Float(Operation.Divide, left.Node, right.Node));

    /// <summary>The number with the other sign.</summary>
    public static SymbolicFloat operator -(SymbolicFloat value) => new(SymbolicNode.Float(Operation.Negate, value.Node));

    /// <summary>Whether the first is less than the second.</summary>
    public static SymbolicBool operator <(SymbolicFloat left, SymbolicFloat right) => new(SymbolicNode.Bool(Operation.Less, left.Node, right.Node));

    /// <summary>Whether the first is greater than the second.</summary>
    public static SymbolicBool operator >(SymbolicFloat left, SymbolicFloat right) => right < left;

    /// <summary>Whether the first is at most the second.</summary>
    public static SymbolicBool operator <=(SymbolicFloat left, SymbolicFloat right) => new(SymbolicNode.Bool(Operation.LessOrEqual, left.Node, right.Node));

    /// <summary>Whether the first is at least the second.</summary>
    public static SymbolicBool operator >=(SymbolicFloat left, SymbolicFloat right) => right <= left;

    /// <summary>Whether the two are equal.</summary>
    public static SymbolicBool operator ==(SymbolicFloat left, SymbolicFloat right) => new(SymbolicNode.Bool(Operation.Equal, left.Node, right.Node));

    /// <summary>Whether the two differ.</summary>
    public static SymbolicBool operator !=(SymbolicFloat left, SymbolicFloat right) => !(left == right);

    /// <summary>Whether the two are the same symbol. To compare their values use <c>==</c>.</summary>
    public bool Equals(SymbolicFloat other) => ReferenceEquals(Node, other.Node);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SymbolicFloat other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Node.GetHashCode();

    /// <summary>The expression, in C#'s notation.</summary>
    public override string ToString() => Node.ToString();
}
