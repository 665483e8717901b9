using AttentionGen.Flex;

namespace AttentionGen.Tests.Flex;

/// <summary>Evaluates an expression for one score, in float64, straight from the user's operators: slow, and plain to read.</summary>
internal sealed class ScalarInterpreter(double score, int request, int head, int keyValueHead, int query, int key)
{
    private readonly Dictionary<SymbolicNode, object> _values = new(ReferenceEqualityComparer.Instance);

    public static double Apply(ScoreFunction? function, MaskFunction? mask, double score, int request, int head, int headsPerKeyValueHead, int query, int key)
    {
        ScalarInterpreter interpreter = new(score, request, head, head / headsPerKeyValueHead, query, key);
        if (mask is not null && !interpreter.Condition(mask(ScorePosition.Symbols).Node))
            return double.NegativeInfinity;
        return function is null ? score : interpreter.Number(function(new SymbolicFloat(SymbolicNode.Score), ScorePosition.Symbols).Node);
    }

    public double Number(SymbolicNode node) => (double)Value(node);

    public int Integer(SymbolicNode node) => (int)Value(node);

    public bool Condition(SymbolicNode node) => (bool)Value(node);

    private object Value(SymbolicNode node)
    {
        if (!_values.TryGetValue(node, out object? value))
            _values.Add(node, value = Compute(node));
        return value;
    }

    private object Compute(SymbolicNode node) => node.Operation switch
    {
        Operation.FloatConstant => (double)BitConverter.Int32BitsToSingle(node.Bits),
        Operation.IntConstant => node.Bits,
        Operation.BoolConstant => node.Bits != 0,
        Operation.Score => score,
        Operation.Request => request,
        Operation.Head => head,
        Operation.KeyValueHead => keyValueHead,
        Operation.Query => query,
        Operation.Key => key,
        Operation.LookUp => LookUp(node),
        Operation.ToFloat => (double)(float)Integer(node.Operands[0]),
        Operation.ToInt => Truncate(Number(node.Operands[0])),
        Operation.Select => Condition(node.Operands[0]) ? Value(node.Operands[1]) : Value(node.Operands[2]),
        Operation.Not => !Condition(node.Operands[0]),
        Operation.And => Condition(node.Operands[0]) & Condition(node.Operands[1]),
        Operation.Or => Condition(node.Operands[0]) | Condition(node.Operands[1]),
        Operation.Xor => Condition(node.Operands[0]) ^ Condition(node.Operands[1]),
        _ when node.Operands[0].Kind == ValueKind.Float => OfNumbers(node.Operation, Number(node.Operands[0]), node.Operands.Length > 1 ? Number(node.Operands[1]) : 0),
        _ => OfIntegers(node.Operation, Integer(node.Operands[0]), node.Operands.Length > 1 ? Integer(node.Operands[1]) : 0),
    };

    private static object OfNumbers(Operation operation, double a, double b) => operation switch
    {
        Operation.Negate => -a,
        Operation.Abs => Math.Abs(a),
        Operation.Exp => Math.Exp(a),
        Operation.Exp2 => Math.Pow(2, a),
        Operation.Log => Math.Log(a),
        Operation.Tanh => Math.Tanh(a),
        Operation.Sin => Math.Sin(a),
        Operation.Cos => Math.Cos(a),
        Operation.Sqrt => Math.Sqrt(a),
        Operation.Floor => Math.Floor(a),
        Operation.Add => a + b,
        Operation.Subtract => a - b,
        Operation.Multiply => a * b,
        Operation.Divide => a / b,
        Operation.Min => Math.Min(a, b),
        Operation.Max => Math.Max(a, b),
        Operation.Less => a < b,
        Operation.LessOrEqual => a <= b,
        Operation.Equal => a == b,
        _ => throw new NotSupportedException(operation.ToString()),
    };

    private static object OfIntegers(Operation operation, long a, long b) => operation switch
    {
        Operation.Less => a < b,
        Operation.LessOrEqual => a <= b,
        Operation.Equal => a == b,
        Operation.Negate => unchecked((int)-a),
        Operation.Abs => unchecked((int)Math.Abs(a)),
        Operation.Add => unchecked((int)(a + b)),
        Operation.Subtract => unchecked((int)(a - b)),
        Operation.Multiply => unchecked((int)(a * b)),
        Operation.Divide => b == 0 ? 0 : unchecked((int)(a / b)),
        Operation.Remainder => b == 0 ? 0 : (int)(a % b),
        Operation.Min => (int)Math.Min(a, b),
        Operation.Max => (int)Math.Max(a, b),
        _ => throw new NotSupportedException(operation.ToString()),
    };

    private object LookUp(SymbolicNode node)
    {
        LookupTable table = node.Table!;
        int row = Math.Min(Math.Max(Integer(node.Operands[0]), 0), table.Rows - 1);
        int column = node.Operands.Length == 1 ? 0 : Math.Min(Math.Max(Integer(node.Operands[1]), 0), table.Columns - 1);
        int place = (row * table.Columns) + column;
        return table is IntTable ints ? (object)ints.Entries[place] : (double)((FloatTable)table).Entries[place];
    }

    private static int Truncate(double value) => double.IsNaN(value) ? 0 : (int)Math.Clamp(Math.Truncate(value), int.MinValue, int.MaxValue);
}
