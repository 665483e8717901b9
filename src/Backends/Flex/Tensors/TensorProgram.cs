using AttentionGen.Libtorch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Flex;

/// <summary>Evaluates functions as libtorch operations on whole tensors, on any device.</summary>
/// <param name="graph">The functions.</param>
/// <param name="device">Where the tensors are.</param>
internal sealed class TensorProgram(FunctionGraph graph, Device device) : IDisposable
{
    private readonly bool[] _forScore = graph.NeededBy(graph.ScoreRoot);
    private readonly bool[] _forMask = graph.NeededBy(graph.MaskRoot);
    private readonly Dictionary<(ScalarType Type, int Bits), Tensor> _constants = [];
    private readonly Dictionary<LookupTable, Tensor> _tables = new(ReferenceEqualityComparer.Instance);

    /// <summary>Computes new scores, those of unseen keys minus infinity.</summary>
    /// <param name="symbols">What the symbols stand for.</param>
    /// <param name="withMask">Whether the mask is evaluated; it need not be where all keys are seen.</param>
    /// <returns>Float32, of the scores' shape. Tensors made on the way belong to the caller's dispose scope.</returns>
    public Tensor Apply(in TensorSymbols symbols, bool withMask = true)
    {
        Tensor scores = symbols.Score!;
        bool masks = withMask && graph.MaskRoot >= 0;
        Tensor[] values = Evaluate(symbols, _forScore, masks ? _forMask : null);
        Tensor result = graph.ScoreRoot < 0 ? scores : values[graph.ScoreRoot].expand(scores.shape);
        return masks ? where(values[graph.MaskRoot], result, Constant(ScalarType.Float32, BitConverter.SingleToInt32Bits(float.NegativeInfinity))) : result;
    }

    public void Dispose()
    {
        foreach (Tensor constant in _constants.Values)
            constant.Dispose();
        foreach (Tensor table in _tables.Values)
            table.Dispose();
        _constants.Clear();
        _tables.Clear();
    }

    private Tensor[] Evaluate(in TensorSymbols symbols, bool[] needed, bool[]? alsoNeeded)
    {
        Tensor[] values = new Tensor[graph.Instructions.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (needed[i] || (alsoNeeded is not null && alsoNeeded[i]))
                values[i] = Evaluate(graph.Instructions[i], symbols, values);
        }

        return values;
    }

    private Tensor Evaluate(in Instruction instruction, in TensorSymbols symbols, Tensor[] values)
    {
        Tensor a = instruction.A < 0 ? null! : values[instruction.A];
        Tensor b = instruction.B < 0 ? null! : values[instruction.B];
        bool isInt = instruction.Kind == ValueKind.Int;
        return instruction.Operation switch
        {
            Operation.FloatConstant => Constant(ScalarType.Float32, instruction.Bits),
            Operation.IntConstant => Constant(ScalarType.Int32, instruction.Bits),
            Operation.BoolConstant => Constant(ScalarType.Bool, instruction.Bits),
            Operation.Score => symbols.Score!,
            Operation.Request => symbols.Request,
            Operation.Head => symbols.Head,
            Operation.KeyValueHead => symbols.KeyValueHead,
            Operation.Query => symbols.Query,
            Operation.Key => symbols.Key,
            Operation.LookUp => LookUp(instruction.Table!, a, b),
            Operation.ToFloat => a.to(ScalarType.Float32),
            Operation.ToInt => Truncate(a),
            Operation.Negate => a.neg(),
            Operation.Abs => a.abs(),
            Operation.Exp => a.exp(),
            Operation.Exp2 => a.exp2(),
            Operation.Log => a.log(),
            Operation.Tanh => a.tanh(),
            Operation.Sin => a.sin(),
            Operation.Cos => a.cos(),
            Operation.Sqrt => a.sqrt(),
            Operation.Floor => a.floor(),
            Operation.Add => a.Plus(b),
            Operation.Subtract => a.sub(b),
            Operation.Multiply => a.mul(b),
            Operation.Divide when isInt => Divide(a, b, graph.Instructions[instruction.B]),
            Operation.Divide => a.div(b),
            Operation.Remainder => Remainder(a, b, graph.Instructions[instruction.B]),
            Operation.Min => minimum(a, b),
            Operation.Max => maximum(a, b),
            Operation.Less => a.lt(b),
            Operation.LessOrEqual => a.le(b),
            Operation.Equal => a.eq(b),
            Operation.Not => a.logical_not(),
            Operation.And => a.logical_and(b),
            Operation.Or => a.logical_or(b),
            Operation.Xor => a.logical_xor(b),
            Operation.Select => where(a, b, values[instruction.C]),
            _ => throw new NotSupportedException($"{instruction.Operation} is not an operation on tensors."),
        };
    }

    /// <summary>libtorch's conversion is undefined beyond int32; float64 holds all that is within.</summary>
    private static Tensor Truncate(Tensor a) =>
        a.to(ScalarType.Float64).nan_to_num(0, int.MaxValue, int.MinValue).clamp(int.MinValue, int.MaxValue).to(ScalarType.Int32);

    // The processor traps on a division by zero, and on the least int32 by -1.
    private Tensor Divide(Tensor a, Tensor b, in Instruction divisor)
    {
        if (IsHarmless(divisor))
            return a.div(b, RoundingMode.trunc);
        Tensor isZero = b.eq(Constant(ScalarType.Int32, 0)), isMinusOne = b.eq(Constant(ScalarType.Int32, -1));
        Tensor quotient = a.div(where(isZero.logical_or(isMinusOne), Constant(ScalarType.Int32, 1), b), RoundingMode.trunc);
        return where(isZero, Constant(ScalarType.Int32, 0), where(isMinusOne, a.neg(), quotient));
    }

    private Tensor Remainder(Tensor a, Tensor b, in Instruction divisor)
    {
        if (IsHarmless(divisor))
            return a.fmod(b);
        Tensor isZero = b.eq(Constant(ScalarType.Int32, 0)), isMinusOne = b.eq(Constant(ScalarType.Int32, -1));
        return a.fmod(where(isZero.logical_or(isMinusOne), Constant(ScalarType.Int32, 1), b));
    }

    private static bool IsHarmless(in Instruction divisor) => divisor.IsConstant && divisor.Bits is not (0 or -1);

    private Tensor LookUp(LookupTable table, Tensor row, Tensor? column)
    {
        if (!_tables.TryGetValue(table, out Tensor? entries))
        {
            Tensor host = table is IntTable ints ? tensor(ints.Entries.ToArray()) : tensor(((FloatTable)table).Entries.ToArray());
            _tables.Add(table, entries = host.to(device).DetachFromDisposeScope());
        }

        // TorchSharp does not keep a number alive while native code reads it: whoever passes one does.
        using Scalar first = 0, lastRow = table.Rows - 1, lastColumn = table.Columns - 1;
        Tensor place = row.clamp(first, lastRow).to(ScalarType.Int64);
        if (column is not null)
            place = place.mul(Constant(ScalarType.Int64, table.Columns)).Plus(column.clamp(first, lastColumn).to(ScalarType.Int64));
        return entries.take(place);
    }

    private Tensor Constant(ScalarType type, int bits)
    {
        if (!_constants.TryGetValue((type, bits), out Tensor? constant))
        {
            Tensor host = type switch
            {
                ScalarType.Float32 => tensor(BitConverter.Int32BitsToSingle(bits)),
                ScalarType.Bool => tensor(bits != 0),
                ScalarType.Int64 => tensor((long)bits),
                _ => tensor(bits),
            };
            _constants.Add((type, bits), constant = host.to(device).DetachFromDisposeScope());
        }

        return constant;
    }
}
