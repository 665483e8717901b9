using System.Collections.Immutable;

namespace AttentionGen.Flex;

/// <summary>A score function and a mask function, traced: their expressions in the order of evaluation, each once.</summary>
internal sealed class FunctionGraph
{
    private readonly Dependence[] _dependences;

    private FunctionGraph(ImmutableArray<Instruction> instructions, int scoreRoot, int maskRoot)
    {
        Instructions = instructions;
        ScoreRoot = scoreRoot;
        MaskRoot = maskRoot;
        _dependences = new Dependence[instructions.Length];
        for (int i = 0; i < instructions.Length; i++)
            _dependences[i] = DependenceOf(instructions[i]);
    }

    /// <summary>The expressions; operands come before what they are operands of.</summary>
    public ImmutableArray<Instruction> Instructions { get; }

    /// <summary>The instruction that gives the new score; -1: there is no score function, or it returns the score.</summary>
    public int ScoreRoot { get; }

    /// <summary>The instruction that says whether the query sees the key; -1: there is no mask function, or it is always true.</summary>
    public int MaskRoot { get; }

    /// <summary>Runs the functions once on symbols.</summary>
    /// <param name="score">The score function; null: scores stay.</param>
    /// <param name="mask">The mask function; null: all keys are seen.</param>
    /// <exception cref="ArgumentException">The mask function uses a score.</exception>
    public static FunctionGraph Trace(ScoreFunction? score, MaskFunction? mask)
    {
        FunctionGraphBuilder builder = new();
        int maskRoot = mask is null ? -1 : builder.Add(mask(ScorePosition.Symbols).Node);
        if (builder.HasScore)
            throw new ArgumentException("The mask function uses a score that it kept from a score function. Which keys a query sees must not depend on scores; return minus infinity from the score function instead.", nameof(mask));

        int scoreRoot = score is null ? -1 : builder.Add(score(new SymbolicFloat(SymbolicNode.Score), ScorePosition.Symbols).Node);
        ImmutableArray<Instruction> instructions = builder.ToInstructions();
        if (scoreRoot >= 0 && instructions[scoreRoot].Operation == Operation.Score)
            scoreRoot = -1;
        if (maskRoot >= 0 && instructions[maskRoot] is { Operation: Operation.BoolConstant, Bits: not 0 })
            maskRoot = -1;
        return new FunctionGraph(instructions, scoreRoot, maskRoot);
    }

    /// <summary>What an instruction's value varies with.</summary>
    public Dependence DependenceOf(int instruction) => _dependences[instruction];

    /// <summary>The kind of an instruction's operands: of the second, for a selection.</summary>
    public ValueKind OperandKind(in Instruction instruction) => instruction.Operation == Operation.Select
        ? instruction.Kind
        : instruction.A < 0 ? instruction.Kind : Instructions[instruction.A].Kind;

    /// <summary>Which instructions a root needs.</summary>
    public bool[] NeededBy(int root)
    {
        bool[] needed = new bool[Instructions.Length];
        if (root < 0)
            return needed;
        needed[root] = true;
        for (int i = root; i >= 0; i--)
        {
            if (!needed[i])
                continue;
            Instruction instruction = Instructions[i];
            if (instruction.A >= 0)
                needed[instruction.A] = true;
            if (instruction.B >= 0)
                needed[instruction.B] = true;
            if (instruction.C >= 0)
                needed[instruction.C] = true;
        }

        return needed;
    }

    private Dependence DependenceOf(in Instruction instruction)
    {
        Dependence result = instruction.Operation switch
        {
            Operation.Score => Dependence.Score,
            Operation.Request => Dependence.Request,
            Operation.Head or Operation.KeyValueHead => Dependence.Head,
            Operation.Query => Dependence.Query,
            Operation.Key => Dependence.Key,
            _ => Dependence.None,
        };
        if (instruction.A >= 0)
            result |= _dependences[instruction.A];
        if (instruction.B >= 0)
            result |= _dependences[instruction.B];
        if (instruction.C >= 0)
            result |= _dependences[instruction.C];
        return result;
    }
}
