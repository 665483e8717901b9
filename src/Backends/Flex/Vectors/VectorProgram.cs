using System.Runtime.InteropServices;

namespace AttentionGen.Flex;

/// <summary>
/// Evaluates functions for neighbouring keys of one query at a time: what is the same for all keys once, what does not depend
/// on the query once for all queries that see the same keys in turn, and the rest by vector operations.
/// </summary>
internal sealed class VectorProgram : IDisposable
{
    /// <summary>How many keys are evaluated at once: some twenty vectors of them fit in a first-level cache.</summary>
    public const int ChunkLength = 256;

    private readonly FunctionGraph _graph;
    private readonly int _headsPerKeyValueHead;
    private readonly int _scoreRoot;
    private readonly int _maskRoot;
    private readonly int[] _scalarSteps;
    private readonly int[] _keySteps;
    private readonly int[] _vectorSteps;
    private readonly int[] _registers;
    private readonly ThreadLocal<VectorScratch> _scratch;

    /// <summary>Makes a program.</summary>
    /// <param name="graph">The functions.</param>
    /// <param name="headsPerKeyValueHead">The number of query heads of a KV head.</param>
    /// <param name="scoreRoot">The instruction that gives new scores; -1: they stay.</param>
    /// <param name="maskRoot">The instruction that says which keys are seen; -1: all are.</param>
    public VectorProgram(FunctionGraph graph, int headsPerKeyValueHead, int scoreRoot, int maskRoot)
    {
        _graph = graph;
        _headsPerKeyValueHead = headsPerKeyValueHead;
        _scoreRoot = scoreRoot;
        _maskRoot = maskRoot;
        bool[] forScore = graph.NeededBy(scoreRoot), forMask = graph.NeededBy(maskRoot);
        List<int> scalars = [], keys = [], vectors = [];
        for (int i = 0; i < forScore.Length; i++)
        {
            if (!forScore[i] && !forMask[i])
                continue;
            Dependence dependence = graph.DependenceOf(i);
            (IsScalar(dependence) ? scalars : (dependence & (Dependence.Query | Dependence.Score)) == 0 ? keys : vectors).Add(i);
        }

        _scalarSteps = [.. scalars];
        _keySteps = [.. keys];
        _vectorSteps = [.. vectors];
        _registers = VectorRegisters.Assign(graph, _keySteps, _vectorSteps, scoreRoot, maskRoot, out int count);
        _scratch = new ThreadLocal<VectorScratch>(() => new VectorScratch(graph.Instructions.Length, count));
    }

    /// <summary>Changes the scores of neighbouring keys, and makes those of unseen keys minus infinity.</summary>
    /// <param name="scores">The scores, in place.</param>
    /// <param name="request">The request.</param>
    /// <param name="head">The query head.</param>
    /// <param name="query">The query's position.</param>
    /// <param name="firstKey">The position of the first score's key.</param>
    public void Apply(Span<float> scores, int request, int head, int query, int firstKey)
    {
        VectorScratch scratch = _scratch.Value!;
        ComputeScalars(scratch.Scalars, request, head, query);
        for (int start = 0; start < scores.Length; start += ChunkLength)
        {
            Span<float> chunk = scores.Slice(start, Math.Min(ChunkLength, scores.Length - start));
            ComputeVectors(scratch, chunk, request, head, firstKey + start);
            Finish(scratch, chunk);
        }
    }

    /// <summary>What a query sees of neighbouring keys, by evaluating the mask for each.</summary>
    /// <param name="request">The request.</param>
    /// <param name="head">The query head.</param>
    /// <param name="query">The query's position.</param>
    /// <param name="firstKey">The position of the first key.</param>
    /// <param name="count">The number of keys.</param>
    /// <returns>Whether it sees some key, and whether some key is hidden.</returns>
    public (bool SeesSome, bool HidesSome) Look(int request, int head, int query, int firstKey, int count)
    {
        VectorScratch scratch = _scratch.Value!;
        ComputeScalars(scratch.Scalars, request, head, query);
        if (IsScalar(_graph.DependenceOf(_maskRoot)))
            return (scratch.Scalars[_maskRoot] != 0, scratch.Scalars[_maskRoot] == 0);

        bool seesSome = false, hidesSome = false;
        Span<float> none = stackalloc float[ChunkLength];
        for (int start = 0; start < count && !(seesSome && hidesSome); start += ChunkLength)
        {
            int length = Math.Min(ChunkLength, count - start);
            ComputeVectors(scratch, none[..length], request, head, firstKey + start);
            ReadOnlySpan<int> visible = Register(scratch, _maskRoot, length);
            seesSome |= visible.ContainsAnyExcept(0);
            hidesSome |= visible.Contains(0);
        }

        return (seesSome, hidesSome);
    }

    public void Dispose() => _scratch.Dispose();

    private static bool IsScalar(Dependence dependence) => (dependence & (Dependence.Key | Dependence.Score)) == 0;

    private void ComputeScalars(Span<int> values, int request, int head, int query)
    {
        ReadOnlySpan<Instruction> instructions = _graph.Instructions.AsSpan();
        foreach (int step in _scalarSteps)
        {
            ref readonly Instruction instruction = ref instructions[step];
            values[step] = instruction.Operation switch
            {
                Operation.FloatConstant or Operation.IntConstant or Operation.BoolConstant => instruction.Bits,
                Operation.Request => request,
                Operation.Head => head,
                Operation.KeyValueHead => head / _headsPerKeyValueHead,
                Operation.Query => query,
                _ => ScalarOperations.Compute(
                    instruction,
                    _graph.OperandKind(instruction),
                    values[instruction.A],
                    instruction.B < 0 ? 0 : values[instruction.B],
                    instruction.C < 0 ? 0 : values[instruction.C]),
            };
        }
    }

    private void ComputeVectors(VectorScratch scratch, Span<float> scores, int request, int head, int firstKey)
    {
        VectorScratch.KeyBlock block = new(request, head, firstKey, scores.Length);
        if (scratch.Block != block)
        {
            foreach (int step in _keySteps)
                Compute(scratch, step, scores, firstKey);
            scratch.Block = block;
        }

        foreach (int step in _vectorSteps)
            Compute(scratch, step, scores, firstKey);
    }

    private void Finish(VectorScratch scratch, Span<float> scores)
    {
        if (_scoreRoot >= 0)
        {
            VectorOperand<float> root = Floats(scratch, _scoreRoot, scores);
            if (root.IsScalar)
                scores.Fill(root.Value);
            else
                root.Values.CopyTo(scores);
        }

        if (_maskRoot < 0)
            return;
        Span<int> bits = MemoryMarshal.Cast<float, int>(scores);
        VectorLoops.Select(
            Bits(scratch, _maskRoot, scores), new VectorOperand<int>(bits), new VectorOperand<int>(BitConverter.SingleToInt32Bits(float.NegativeInfinity)), bits);
    }

    private Span<int> Register(VectorScratch scratch, int step, int length) => scratch.Registers.AsSpan(_registers[step] * ChunkLength, length);

    /// <summary>An instruction's values as 32 bits; truth values as 0 and -1.</summary>
    private VectorOperand<int> Bits(VectorScratch scratch, int step, Span<float> scores)
    {
        if (step < 0)
            return new VectorOperand<int>(0);
        if (_graph.Instructions[step].Operation == Operation.Score)
            return new VectorOperand<int>(MemoryMarshal.Cast<float, int>(scores));
        if (!IsScalar(_graph.DependenceOf(step)))
            return new VectorOperand<int>(Register(scratch, step, scores.Length));
        int value = scratch.Scalars[step];
        return new VectorOperand<int>(_graph.Instructions[step].Kind == ValueKind.Bool ? -value : value);
    }

    private VectorOperand<float> Floats(VectorScratch scratch, int step, Span<float> scores)
    {
        VectorOperand<int> bits = Bits(scratch, step, scores);
        return bits.IsScalar
            ? new VectorOperand<float>(BitConverter.Int32BitsToSingle(bits.Value))
            : new VectorOperand<float>(MemoryMarshal.Cast<int, float>(bits.Values));
    }

    private void Compute(VectorScratch scratch, int step, Span<float> scores, int firstKey)
    {
        Instruction instruction = _graph.Instructions[step];
        if (instruction.Operation == Operation.Score)
            return;
        Span<int> result = Register(scratch, step, scores.Length);
        switch (instruction.Operation)
        {
            case Operation.Key:
                VectorLoops.Count(firstKey, result);
                return;
            case Operation.Select:
                VectorLoops.Select(Bits(scratch, instruction.A, scores), Bits(scratch, instruction.B, scores), Bits(scratch, instruction.C, scores), result);
                return;
            case Operation.LookUp:
                VectorLoops.LookUp(instruction.Table!, Bits(scratch, instruction.A, scores), Bits(scratch, instruction.B, scores), result);
                return;
        }

        if (_graph.OperandKind(instruction) == ValueKind.Float)
            FloatVectors.Compute(instruction.Operation, Floats(scratch, instruction.A, scores), Floats(scratch, instruction.B, scores), result);
        else
            IntVectors.Compute(instruction.Operation, Bits(scratch, instruction.A, scores), Bits(scratch, instruction.B, scores), result);
    }
}
