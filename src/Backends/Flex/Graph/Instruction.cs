namespace AttentionGen.Flex;

/// <summary>One expression of a <see cref="FunctionGraph"/>.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="A">Its first operand, an earlier instruction; -1: none.</param>
/// <param name="B">Its second operand; -1: none.</param>
/// <param name="C">Its third operand; -1: none.</param>
/// <param name="Bits">A constant's value; see <see cref="SymbolicNode.Bits"/>.</param>
/// <param name="Table">The table that is looked up.</param>
internal readonly record struct Instruction(Operation Operation, ValueKind Kind, int A, int B, int C, int Bits, LookupTable? Table)
{
    public bool IsConstant => Operation is Operation.FloatConstant or Operation.IntConstant or Operation.BoolConstant;

    /// <summary>A constant's value as a float32.</summary>
    public float FloatValue => BitConverter.Int32BitsToSingle(Bits);

    public static Instruction Constant(ValueKind kind, int bits) => new(
        kind switch { ValueKind.Float => Operation.FloatConstant, ValueKind.Int => Operation.IntConstant, _ => Operation.BoolConstant },
        kind, -1, -1, -1, bits, null);
}
