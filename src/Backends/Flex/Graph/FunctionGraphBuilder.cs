using System.Collections.Immutable;

namespace AttentionGen.Flex;

/// <summary>Numbers expressions in the order of evaluation, equal ones alike, and computes constant ones.</summary>
internal sealed class FunctionGraphBuilder
{
    private readonly List<Instruction> _instructions = [];
    private readonly Dictionary<Instruction, int> _numbers = [];
    private readonly Dictionary<SymbolicNode, int> _visited = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether some expression is the score.</summary>
    public bool HasScore { get; private set; }

    /// <summary>The number of an expression, which is added with its operands where it is new.</summary>
    public int Add(SymbolicNode root)
    {
        // An explicit stack: a loop in the user's function may make an expression deeper than the thread's.
        Stack<SymbolicNode> open = new();
        open.Push(root);
        while (open.TryPeek(out SymbolicNode? node))
        {
            bool isReady = true;
            foreach (SymbolicNode operand in node.Operands)
            {
                if (_visited.ContainsKey(operand))
                    continue;
                open.Push(operand);
                isReady = false;
            }

            if (!isReady)
                continue;
            open.Pop();
            if (!_visited.ContainsKey(node))
                _visited.Add(node, Number(node));
        }

        return _visited[root];
    }

    public ImmutableArray<Instruction> ToInstructions() => [.. _instructions];

    private int Number(SymbolicNode node)
    {
        int a = Operand(node, 0), b = Operand(node, 1), c = Operand(node, 2);
        if (IsCommutative(node.Operation) && a > b)
            (a, b) = (b, a);
        HasScore |= node.Operation == Operation.Score;
        Instruction instruction = new(node.Operation, node.Kind, a, b, c, node.Bits, node.Table);
        return Simplify(instruction, out int known) ? known : Number(instruction);
    }

    private int Number(Instruction instruction)
    {
        if (_numbers.TryGetValue(instruction, out int number))
            return number;
        number = _instructions.Count;
        _instructions.Add(instruction);
        _numbers.Add(instruction, number);
        return number;
    }

    private int Operand(SymbolicNode node, int index) => index < node.Operands.Length ? _visited[node.Operands[index]] : -1;

    /// <summary>Finds an instruction that gives the same in fewer steps, bit for bit.</summary>
    private bool Simplify(in Instruction instruction, out int known)
    {
        known = -1;
        if (instruction.A < 0)
            return false;
        Instruction a = _instructions[instruction.A];
        Instruction? b = instruction.B < 0 ? null : _instructions[instruction.B], c = instruction.C < 0 ? null : _instructions[instruction.C];
        if (a.IsConstant && b is null or { IsConstant: true } && c is null or { IsConstant: true })
        {
            ValueKind operands = instruction.Operation == Operation.Select ? instruction.Kind : a.Kind;
            int bits = ScalarOperations.Compute(instruction, operands, a.Bits, b?.Bits ?? 0, c?.Bits ?? 0);
            known = Number(Instruction.Constant(instruction.Kind, bits));
            return true;
        }

        known = instruction.Operation switch
        {
            Operation.Not when a.Operation == Operation.Not => a.A,
            Operation.And => Choose(instruction, a, b!.Value, absorbing: 0),
            Operation.Or => Choose(instruction, a, b!.Value, absorbing: 1),
            Operation.Select when a.IsConstant => a.Bits != 0 ? instruction.B : instruction.C,
            Operation.Select when instruction.B == instruction.C => instruction.B,
            Operation.Add when instruction.Kind == ValueKind.Int => IsInt(a, 0) ? instruction.B : IsInt(b!.Value, 0) ? instruction.A : -1,
            Operation.Multiply when instruction.Kind == ValueKind.Int => IsInt(a, 1) ? instruction.B : IsInt(b!.Value, 1) ? instruction.A : -1,
            Operation.Subtract when instruction.Kind == ValueKind.Int && IsInt(b!.Value, 0) => instruction.A,
            Operation.Divide when instruction.Kind == ValueKind.Int && IsInt(b!.Value, 1) => instruction.A,
            _ => -1,
        };
        return known >= 0;
    }

    private static int Choose(in Instruction instruction, in Instruction a, in Instruction b, int absorbing)
    {
        if (a.IsConstant)
            return a.Bits == absorbing ? instruction.A : instruction.B;
        if (b.IsConstant)
            return b.Bits == absorbing ? instruction.B : instruction.A;
        return instruction.A == instruction.B ? instruction.A : -1;
    }

    private static bool IsInt(in Instruction instruction, int value) => instruction.Operation == Operation.IntConstant && instruction.Bits == value;

    private static bool IsCommutative(Operation operation) => operation is Operation.Add or Operation.Multiply or Operation.Min
        or Operation.Max or Operation.Equal or Operation.And or Operation.Or or Operation.Xor;
}
