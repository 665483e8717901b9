namespace AttentionGen.Flex;

/// <summary>An int32 number in a traced function: a position, a head, an entry of an <see cref="IntTable"/>.</summary>
/// <remarks>
/// Its operators are those of C#'s unchecked <see cref="int"/>: sums and products wrap around, a quotient is rounded toward
/// zero, and a remainder has the sign of the dividend. A quotient or remainder by zero is 0, so that a division that
/// <see cref="Symbolic.Where(SymbolicBool, SymbolicInt, SymbolicInt)"/> guards is harmless. The default value is the constant 0.
/// </remarks>
public readonly struct SymbolicInt : IEquatable<SymbolicInt>
{
    private readonly SymbolicNode? _node;

    internal SymbolicInt(SymbolicNode node) => _node = node;

    internal SymbolicNode Node => _node ?? SymbolicNode.ZeroInt;

    /// <summary>A constant.</summary>
    public static implicit operator SymbolicInt(int value) => new(SymbolicNode.Constant(value));

    /// <summary>The sum.</summary>
    public static SymbolicInt operator +(SymbolicInt left, SymbolicInt right) => new(SymbolicNode.Int(Operation.Add, left.Node, right.Node));

    /// <summary>The difference.</summary>
    public static SymbolicInt operator -(SymbolicInt left, SymbolicInt right) => new(SymbolicNode.Int(Operation.Subtract, left.Node, right.Node));

    /// <summary>The product.</summary>
    public static SymbolicInt operator *(SymbolicInt left, SymbolicInt right) => new(SymbolicNode.Int(Operation.Multiply, left.Node, right.Node));

    /// <summary>The quotient, rounded toward zero.</summary>
    /// <exception cref="DivideByZeroException">The divisor is the constant 0.</exception>
    public static SymbolicInt operator /(SymbolicInt left, SymbolicInt right) => new(SymbolicNode.IntDivision(Operation.Divide, left.Node, right.Node));

    /// <summary>The remainder, of the dividend's sign.</summary>
    /// <exception cref="DivideByZeroException">The divisor is the constant 0.</exception>
    public static SymbolicInt operator %(SymbolicInt left, SymbolicInt right) => new(SymbolicNode.IntDivision(Operation.Remainder, left.Node, right.Node));

    /// <summary>The number with the other sign.</summary>
    public static SymbolicInt operator -(SymbolicInt value) => new(SymbolicNode.Int(Operation.Negate, value.Node));

    /// <summary>The sum, in float32.</summary>
    public static SymbolicFloat operator +(SymbolicInt left, SymbolicFloat right) => (SymbolicFloat)left + right;

    /// <summary>The sum, in float32.</summary>
    public static SymbolicFloat operator +(SymbolicFloat left, SymbolicInt right) => left + (SymbolicFloat)right;

    /// <summary>The difference, in float32.</summary>
    public static SymbolicFloat operator -(SymbolicInt left, SymbolicFloat right) => (SymbolicFloat)left - right;

    /// <summary>The difference, in float32.</summary>
    public static SymbolicFloat operator -(SymbolicFloat left, SymbolicInt right) => left - (SymbolicFloat)right;

    /// <summary>The product, in float32.</summary>
    public static SymbolicFloat operator *(SymbolicInt left, SymbolicFloat right) => (SymbolicFloat)left * right;

    /// <summary>The product, in float32.</summary>
    public static SymbolicFloat operator *(SymbolicFloat left, SymbolicInt right) => left * (SymbolicFloat)right;

    /// <summary>The quotient, in float32.</summary>
    public static SymbolicFloat operator /(SymbolicInt left, SymbolicFloat right) => (SymbolicFloat)left / right;

    /// <summary>The quotient, in float32.</summary>
    public static SymbolicFloat operator /(SymbolicFloat left, SymbolicInt right) => left / (SymbolicFloat)right;

    /// <summary>Whether the first is less than the second.</summary>
    public static SymbolicBool operator <(SymbolicInt left, SymbolicInt right) => new(SymbolicNode.Bool(Operation.Less, left.Node, right.Node));

    /// <summary>Whether the first is greater than the second.</summary>
    public static SymbolicBool operator >(SymbolicInt left, SymbolicInt right) => right < left;

    /// <summary>Whether the first is at most the second.</summary>
    public static SymbolicBool operator <=(SymbolicInt left, SymbolicInt right) => new(SymbolicNode.Bool(Operation.LessOrEqual, left.Node, right.Node));

    /// <summary>Whether the first is at least the second.</summary>
    public static SymbolicBool operator >=(SymbolicInt left, SymbolicInt right) => right <= left;

    /// <summary>Whether the two are equal.</summary>
    public static SymbolicBool operator ==(SymbolicInt left, SymbolicInt right) => new(SymbolicNode.Bool(Operation.Equal, left.Node, right.Node));

    /// <summary>Whether the two differ.</summary>
    public static SymbolicBool operator !=(SymbolicInt left, SymbolicInt right) => !(left == right);

    /// <summary>Whether the two are the same symbol. To compare their values use <c>==</c>.</summary>
    public bool Equals(SymbolicInt other) => ReferenceEquals(Node, other.Node);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SymbolicInt other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Node.GetHashCode();

    /// <summary>The expression, in C#'s notation.</summary>
    public override string ToString() => Node.ToString();
}
