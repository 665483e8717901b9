namespace AttentionGen.Flex;

/// <summary>A condition in a traced function: what a comparison of symbols gives.</summary>
/// <remarks>
/// It has no value while the function is traced. Combine conditions with <c>&amp;</c>, <c>|</c>, <c>^</c> and <c>!</c>, and
/// choose by one with <see cref="Symbolic.Where(SymbolicBool, SymbolicFloat, SymbolicFloat)"/>; <c>if</c>, <c>?:</c>,
/// <c>&amp;&amp;</c> and <c>||</c> do not compile. The default value is false.
/// </remarks>
public readonly struct SymbolicBool : IEquatable<SymbolicBool>
{
    private const string NoValueYet =
        "A condition has no value while the function is traced. Choose with Symbolic.Where(condition, a, b), and combine conditions with & and | instead of && and ||.";

    private readonly SymbolicNode? _node;

    internal SymbolicBool(SymbolicNode node) => _node = node;

    internal SymbolicNode Node => _node ?? SymbolicNode.False;

    /// <summary>A constant.</summary>
    public static implicit operator SymbolicBool(bool value) => new(value ? SymbolicNode.True : SymbolicNode.False);

    /// <summary>Whether both hold.</summary>
    public static SymbolicBool operator &(SymbolicBool left, SymbolicBool right) => new(SymbolicNode.Bool(Operation.And, left.Node, right.Node));

    /// <summary>Whether at least one holds.</summary>
    public static SymbolicBool operator |(SymbolicBool left, SymbolicBool right) => new(SymbolicNode.Bool(Operation.Or, left.Node, right.Node));

    /// <summary>Whether exactly one holds.</summary>
    public static SymbolicBool operator ^(SymbolicBool left, SymbolicBool right) => new(SymbolicNode.Bool(Operation.Xor, left.Node, right.Node));

    /// <summary>Whether it does not hold.</summary>
    public static SymbolicBool operator !(SymbolicBool value) => new(SymbolicNode.Bool(Operation.Not, value.Node));

    /// <summary>Whether both hold or neither does.</summary>
    public static SymbolicBool operator ==(SymbolicBool left, SymbolicBool right) => !(left ^ right);

    /// <summary>Whether exactly one holds.</summary>
    public static SymbolicBool operator !=(SymbolicBool left, SymbolicBool right) => left ^ right;

    /// <summary>Does not compile: a condition has no value while the function is traced.</summary>
    [Obsolete(NoValueYet, error: true)]
    public static bool operator true(SymbolicBool value) => throw new NotSupportedException(NoValueYet);

    /// <summary>Does not compile: a condition has no value while the function is traced.</summary>
    [Obsolete(NoValueYet, error: true)]
    public static bool operator false(SymbolicBool value) => throw new NotSupportedException(NoValueYet);

    /// <summary>Whether the two are the same symbol. To compare their values use <c>==</c>.</summary>
    public bool Equals(SymbolicBool other) => ReferenceEquals(Node, other.Node);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SymbolicBool other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Node.GetHashCode();

    /// <summary>The expression, in C#'s notation.</summary>
    public override string ToString() => Node.ToString();
}
