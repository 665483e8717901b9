namespace AttentionGen.Flex;

/// <summary>
/// What each operation gives for single values. Values are carried as 32 bits: an int32, a float32's bits, or 0 and 1.
/// </summary>
internal static class ScalarOperations
{
    /// <summary>Computes an instruction that is neither a constant nor a symbol.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="operands">The kind of its operands: of the second, for <see cref="Operation.Select"/>.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand; 0 where there is none.</param>
    /// <param name="c">The third operand; 0 where there is none.</param>
    public static int Compute(in Instruction instruction, ValueKind operands, int a, int b, int c) => instruction.Operation switch
    {
        Operation.LookUp => LookUp(instruction.Table!, a, b),
        Operation.Select => a != 0 ? b : c,
        Operation.Not => a ^ 1,
        Operation.And => a & b,
        Operation.Or => a | b,
        Operation.Xor => a ^ b,
        _ when operands == ValueKind.Float => ComputeFloat(instruction.Operation, Float(a), Float(b)),
        _ => ComputeInt(instruction.Operation, a, b),
    };

    /// <summary>The quotient toward zero; 0 by zero, and wrapping for <see cref="int.MinValue"/> by -1.</summary>
    public static int Divide(int dividend, int divisor) => divisor switch
    {
        0 => 0,
        -1 => unchecked(-dividend),
        _ => dividend / divisor,
    };

    /// <summary>The remainder, of the dividend's sign; 0 by zero.</summary>
    public static int Remainder(int dividend, int divisor) => divisor is 0 or -1 ? 0 : dividend % divisor;

    /// <summary>The place of an entry in its table, the indices clamped.</summary>
    public static int Place(LookupTable table, int row, int column)
    {
        int first = Math.Clamp(row, 0, table.Rows - 1);
        return table.Rank == 1 ? first : (first * table.Columns) + Math.Clamp(column, 0, table.Columns - 1);
    }

    private static int LookUp(LookupTable table, int row, int column) => table switch
    {
        FloatTable floats => Bits(floats.Entries[Place(table, row, column)]),
        IntTable ints => ints.Entries[Place(table, row, column)],
        _ => throw new NotSupportedException($"A table is a FloatTable or an IntTable, not {table.GetType()}."),
    };

    private static int ComputeFloat(Operation operation, float a, float b) => operation switch
    {
        Operation.ToInt => (int)a,
        Operation.Less => a < b ? 1 : 0,
        Operation.LessOrEqual => a <= b ? 1 : 0,
        Operation.Equal => a == b ? 1 : 0,
        Operation.Negate => Bits(-a),
        Operation.Abs => Bits(MathF.Abs(a)),
        Operation.Exp => Bits(MathF.Exp(a)),
        Operation.Exp2 => Bits(float.Exp2(a)),
        Operation.Log => Bits(MathF.Log(a)),
        Operation.Tanh => Bits(MathF.Tanh(a)),
        Operation.Sin => Bits(MathF.Sin(a)),
        Operation.Cos => Bits(MathF.Cos(a)),
        Operation.Sqrt => Bits(MathF.Sqrt(a)),
        Operation.Floor => Bits(MathF.Floor(a)),
        Operation.Add => Bits(a + b),
        Operation.Subtract => Bits(a - b),
        Operation.Multiply => Bits(a * b),
        Operation.Divide => Bits(a / b),
        Operation.Min => Bits(MathF.Min(a, b)),
        Operation.Max => Bits(MathF.Max(a, b)),
        _ => throw Unexpected(operation),
    };

    private static int ComputeInt(Operation operation, int a, int b) => operation switch
    {
        Operation.ToFloat => Bits((float)a),
        Operation.Less => a < b ? 1 : 0,
        Operation.LessOrEqual => a <= b ? 1 : 0,
        Operation.Equal => a == b ? 1 : 0,
        Operation.Negate => unchecked(-a),
        Operation.Abs => a < 0 ? unchecked(-a) : a,
        Operation.Add => unchecked(a + b),
        Operation.Subtract => unchecked(a - b),
        Operation.Multiply => unchecked(a * b),
        Operation.Divide => Divide(a, b),
        Operation.Remainder => Remainder(a, b),
        Operation.Min => Math.Min(a, b),
        Operation.Max => Math.Max(a, b),
        _ => throw Unexpected(operation),
    };

    private static float Float(int bits) => BitConverter.Int32BitsToSingle(bits);

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    private static NotSupportedException Unexpected(Operation operation) => new($"{operation} is not an operation on such operands.");
}
