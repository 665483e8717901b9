using System.Globalization;
using System.Text;

namespace AttentionGen.Flex;

/// <summary>
/// An expression as the user's operators make it: immutable, and of no function in particular, so that tracing needs no
/// ambient state. Equal expressions become one in a <see cref="FunctionGraph"/>.
/// </summary>
internal sealed class SymbolicNode
{
    public static readonly SymbolicNode Score = new(Operation.Score, ValueKind.Float);
    public static readonly SymbolicNode Request = new(Operation.Request, ValueKind.Int);
    public static readonly SymbolicNode Head = new(Operation.Head, ValueKind.Int);
    public static readonly SymbolicNode KeyValueHead = new(Operation.KeyValueHead, ValueKind.Int);
    public static readonly SymbolicNode Query = new(Operation.Query, ValueKind.Int);
    public static readonly SymbolicNode Key = new(Operation.Key, ValueKind.Int);
    public static readonly SymbolicNode True = new(Operation.BoolConstant, ValueKind.Bool, bits: 1);
    public static readonly SymbolicNode False = new(Operation.BoolConstant, ValueKind.Bool);
    public static readonly SymbolicNode ZeroFloat = new(Operation.FloatConstant, ValueKind.Float);
    public static readonly SymbolicNode ZeroInt = new(Operation.IntConstant, ValueKind.Int);

    private SymbolicNode(Operation operation, ValueKind kind, SymbolicNode[]? operands = null, int bits = 0, LookupTable? table = null)
    {
        Operation = operation;
        Kind = kind;
        Operands = operands ?? [];
        Bits = bits;
        Table = table;
    }

    public Operation Operation { get; }

    public ValueKind Kind { get; }

    public SymbolicNode[] Operands { get; }

    /// <summary>A constant's value: an int32, the bits of a float32, or 0 and 1.</summary>
    public int Bits { get; }

    /// <summary>The table that is looked up.</summary>
    public LookupTable? Table { get; }

    public static SymbolicNode Constant(float value) => new(Operation.FloatConstant, ValueKind.Float, bits: BitConverter.SingleToInt32Bits(value));

    public static SymbolicNode Constant(int value) => new(Operation.IntConstant, ValueKind.Int, bits: value);

    public static SymbolicNode Float(Operation operation, params SymbolicNode[] operands) => new(operation, ValueKind.Float, operands);

    public static SymbolicNode Int(Operation operation, params SymbolicNode[] operands) => new(operation, ValueKind.Int, operands);

    public static SymbolicNode Bool(Operation operation, params SymbolicNode[] operands) => new(operation, ValueKind.Bool, operands);

    public static SymbolicNode IntDivision(Operation operation, SymbolicNode dividend, SymbolicNode divisor)
    {
        if (divisor is { Operation: Operation.IntConstant, Bits: 0 })
            throw new DivideByZeroException("An integer is divided by the constant 0.");
        return Int(operation, dividend, divisor);
    }

    public static SymbolicNode LookUp(ValueKind kind, LookupTable table, SymbolicNode[] indices) =>
        new(Operation.LookUp, kind, indices, table: table);

    /// <summary>The expression in C#'s notation, cut off where it is long.</summary>
    public override string ToString()
    {
        const int Longest = 400;
        StringBuilder text = new();
        Append(text, Longest);
        return text.Length <= Longest ? text.ToString() : $"{text.ToString(0, Longest)}...";
    }

    private void Append(StringBuilder text, int longest)
    {
        if (text.Length > longest)
            return;
        if (Infix(Operation) is { } infix && Operands.Length == 2)
        {
            Operands[0].Append(text.Append('('), longest);
            Operands[1].Append(text.Append(' ').Append(infix).Append(' '), longest);
            text.Append(')');
            return;
        }

        text.Append(Operation switch
        {
            Operation.FloatConstant => BitConverter.Int32BitsToSingle(Bits).ToString(CultureInfo.InvariantCulture) + "f",
            Operation.IntConstant => Bits.ToString(CultureInfo.InvariantCulture),
            Operation.BoolConstant => Bits != 0 ? "true" : "false",
            Operation.Score => "score",
            Operation.Request or Operation.Head or Operation.KeyValueHead or Operation.Query or Operation.Key => $"at.{Operation}",
            Operation.ToFloat => "(float)",
            Operation.ToInt => "(int)",
            Operation.Not => "!",
            Operation.Negate => "-",
            Operation.LookUp => "table",
            Operation.Select => "Where",
            _ => Operation.ToString(),
        });
        if (Operands.Length == 0)
            return;
        text.Append(Operation == Operation.LookUp ? '[' : '(');
        for (int i = 0; i < Operands.Length; i++)
            Operands[i].Append(i == 0 ? text : text.Append(", "), longest);
        text.Append(Operation == Operation.LookUp ? ']' : ')');
    }

    private static string? Infix(Operation operation) => operation switch
    {
        Operation.Add => "+",
        Operation.Subtract => "-",
        Operation.Multiply => "*",
        Operation.Divide => "/",
        Operation.Remainder => "%",
        Operation.Less => "<",
        Operation.LessOrEqual => "<=",
        Operation.Equal => "==",
        Operation.And => "&",
        Operation.Or => "|",
        Operation.Xor => "^",
        _ => null,
    };
}
