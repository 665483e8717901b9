using AttentionGen.Flex;
using CsCheck;

namespace AttentionGen.Tests.Flex;

/// <summary>
/// Random functions, each made by a list of choices, so that a failing one shrinks to a short list. Numbers are kept small
/// enough that float32 and float64 agree, and conditions are over numbers that both hold exactly.
/// </summary>
internal sealed class RandomFunction
{
    private static readonly FloatTable s_floats = new(0.5f, -1.25f, 3, 0, -0.125f, 2);
    private static readonly FloatTable s_matrix = new(new float[,] { { 1, -2, 0.5f }, { 0.25f, 4, -1 } });
    private static readonly IntTable s_ints = new(3, -7, 0, 12, 100, 5, -1);
    private static readonly IntTable s_documents = new([.. Enumerable.Range(0, 700).Select(static token => token / 45)]);

    private readonly int[] _choices;
    private int _next;

    private RandomFunction(int[] choices) => _choices = choices;

    public static Gen<int[]> Choices { get; } = Gen.Int[0, 1000].Array[0, 60];

    public static ScoreFunction Score(int[] choices) => (score, at) => new RandomFunction(choices).Float(score, at, 5);

    public static MaskFunction Mask(int[] choices) => at => new RandomFunction(choices).Bool(at, 5);

    private int Choose(int count) => _next < _choices.Length ? _choices[_next++] % count : 0;

    private SymbolicFloat Float(SymbolicFloat score, ScorePosition at, int depth)
    {
        if (depth == 0)
            return Choose(4) switch { 0 => score, 1 => s_floats[at.Head], 2 => 0.75f, _ => Exact(at, 1) };
        SymbolicFloat Next() => Float(score, at, depth - 1);
        SymbolicFloat result = Choose(17) switch
        {
            0 => score,
            1 => Next() + Next(),
            2 => Next() - Next(),
            3 => Next() * Next(),
            4 => Next() / (1 + Symbolic.Abs(Next())),
            5 => Symbolic.Min(Next(), Next()),
            6 => Symbolic.Max(Next(), Next()),
            7 => Symbolic.Where(Bool(at, depth - 1), Next(), Next()),
            8 => Symbolic.Tanh(Next()),
            9 => Symbolic.Exp(Next()),
            10 => Symbolic.Exp2(Next()),
            11 => Symbolic.Log(1 + Symbolic.Abs(Next())),
            12 => Symbolic.Sin(Next()) + Symbolic.Cos(Next()),
            13 => Symbolic.Sqrt(1 + Symbolic.Abs(Next())),
            14 => -Next(),
            15 => s_matrix[Index(Int(at, depth - 1)), Index(Int(at, depth - 1))],
            _ => Exact(at, depth - 1),
        };
        return Symbolic.Clamp(result, -4, 4);
    }

    /// <summary>Multiples of 1/4 that float32 holds.</summary>
    private SymbolicFloat Exact(ScorePosition at, int depth)
    {
        SymbolicFloat number = Symbolic.Clamp(Int(at, depth), -4096, 4096);
        return Choose(7) switch
        {
            0 => number * 0.25f,
            1 => -number,
            2 => Symbolic.Abs(number) - 3,
            3 => Symbolic.Floor(number / 4),
            4 => s_floats[Index(Int(at, 0))] + number,
            5 => Symbolic.Max(number, 2) - (0.5f * number),
            _ => number,
        };
    }

    private SymbolicInt Int(ScorePosition at, int depth)
    {
        if (depth == 0)
            return Choose(9) switch { 0 => at.Key, 1 => at.Query, 2 => at.Head, 3 => at.Request, 4 => at.KeyValueHead, 5 => at.Query - at.Key, 6 => 7, 7 => -3, _ => 64 };
        SymbolicInt Next() => Int(at, depth - 1);
        return Choose(15) switch
        {
            0 => Next() + Next(),
            1 => Next() - Next(),
            2 => Next() * Next(),
            3 => Next() / Next2(at, depth),
            4 => Next() % Next2(at, depth),
            5 => Symbolic.Min(Next(), Next()),
            6 => Symbolic.Max(Next(), Next()),
            7 => Symbolic.Abs(Next()),
            8 => -Next(),
            9 => Symbolic.Where(Bool(at, depth - 1), Next(), Next()),
            10 => s_ints[Index(Next())],
            11 => s_documents[Index(Next())],
            12 => (SymbolicInt)Exact(at, depth - 1),
            13 => at.Query - at.Key,
            _ => Next(),
        };
    }

    /// <summary>An index that is computed: constants and plain symbols outside a table are refused.</summary>
    private static SymbolicInt Index(SymbolicInt index) => Symbolic.Min(index, 1_000_000);

    /// <summary>A divisor: not the constant 0, which is refused.</summary>
    private SymbolicInt Next2(ScorePosition at, int depth) => Choose(3) switch { 0 => 16, 1 => -5, _ => Int(at, depth - 1) + at.Key };

    private SymbolicBool Bool(ScorePosition at, int depth)
    {
        if (depth == 0)
            return Choose(3) switch { 0 => at.Query >= at.Key, 1 => at.Head != 1, _ => true };
        SymbolicBool Next() => Bool(at, depth - 1);
        return Choose(12) switch
        {
            0 => Int(at, depth - 1) < Int(at, depth - 1),
            1 => Int(at, depth - 1) <= Int(at, depth - 1),
            2 => Int(at, depth - 1) == Int(at, depth - 1),
            3 => s_documents[at.Query] == s_documents[at.Key],
            4 => Next() & Next(),
            5 => Next() | Next(),
            6 => Next() ^ Next(),
            7 => !Next(),
            8 => Exact(at, depth - 1) < Exact(at, depth - 1),
            9 => Exact(at, depth - 1) >= Exact(at, depth - 1),
            10 => Symbolic.Where(Next(), Next(), Next()),
            _ => at.Query - at.Key < 100,
        };
    }
}
