using AttentionGen.Flex;

namespace AttentionGen.Tests.Flex;

/// <summary>
/// Functions that FlexAttention's paper, PyTorch's documentation and tests, and attention-gym publish, each beside the same
/// formula in C#'s doubles.
/// </summary>
internal sealed record PublishedExample
{
    public const int QueryHeads = 8;
    public const int MaxRequests = 6;
    public const int MaxLength = 1100;

    private static readonly float[] s_slopes = [.. Enumerable.Range(1, QueryHeads).Select(static head => MathF.Pow(2, -head))];
    private static readonly float[] s_distanceBias = Noise(257);
    private static readonly float[,] s_headBias = Reshape(Noise(QueryHeads * 64), 64);
    private static readonly int[] s_documents = [.. Enumerable.Range(0, MaxLength).Select(static token => (token * token / 9000) + (token / 37))];
    private static readonly int[] s_prefixes = [3, 17, 0, 40, 5, 100];

    public required string Name { get; init; }

    public ScoreFunction? Score { get; init; }

    public MaskFunction? Mask { get; init; }

    /// <summary>(score, request, head, query, key) to the new score, minus infinity where the key is hidden.</summary>
    public required Func<double, int, int, int, int, double> Formula { get; init; }

    public static IReadOnlyList<PublishedExample> All { get; } = [.. Masks(), .. Scores(), .. Combinations()];

    public static PublishedExample Named(string name) => All.Single(example => example.Name == name);

    private static IEnumerable<PublishedExample> Masks()
    {
        yield return Masked("causal", at => at.Query >= at.Key, static (_, _, q, k) => q >= k);
        yield return Masked("inverse causal", at => at.Query <= at.Key, static (_, _, q, k) => q <= k);
        yield return Masked("sliding window", at => (at.Query >= at.Key) & (at.Query - at.Key <= 40), static (_, _, q, k) => q >= k && q - k <= 40);

        MaskFunction prefix = at => at.Key < 20;
        MaskFunction causal = at => at.Query >= at.Key;
        yield return Masked("prefix LM", prefix.Or(causal), static (_, _, q, k) => k < 20 || q >= k);

        IntTable prefixes = new(s_prefixes);
        yield return Masked(
            "prefix LM by request", at => (at.Key < prefixes[at.Request]) | (at.Query >= at.Key), static (b, _, q, k) => k < s_prefixes[b] || q >= k);

        IntTable documents = new(s_documents);
        MaskFunction document = at => documents[at.Query] == documents[at.Key];
        yield return Masked("documents", document.And(causal), static (_, _, q, k) => s_documents[q] == s_documents[k] && q >= k);

        yield return Masked(
            "dilated window",
            at =>
            {
                SymbolicInt distance = Symbolic.Abs(at.Query - at.Key);
                return (distance <= 60) & (distance % 4 == 0);
            },
            static (_, _, q, k) => Math.Abs(q - k) <= 60 && Math.Abs(q - k) % 4 == 0);

        MaskFunction window = at => at.Query - at.Key <= 30;
        MaskFunction sink = at => at.Key < 4;
        yield return Masked("window with sinks", window.Or(sink).And(causal), static (_, _, q, k) => (q - k <= 30 || k < 4) && q >= k);

        const int Width = 12, Height = 100, Kernel = 5;
        yield return Masked(
            "neighbourhood",
            at =>
            {
                SymbolicInt row = Symbolic.Clamp(at.Query / Width, Kernel / 2, Height - 1 - (Kernel / 2));
                SymbolicInt column = Symbolic.Clamp(at.Query % Width, Kernel / 2, Width - 1 - (Kernel / 2));
                return (Symbolic.Abs(row - (at.Key / Width)) <= Kernel / 2) & (Symbolic.Abs(column - (at.Key % Width)) <= Kernel / 2);
            },
            static (_, _, q, k) =>
            {
                int row = Math.Clamp(q / Width, Kernel / 2, Height - 1 - (Kernel / 2)), column = Math.Clamp(q % Width, Kernel / 2, Width - 1 - (Kernel / 2));
                return Math.Abs(row - (k / Width)) <= Kernel / 2 && Math.Abs(column - (k % Width)) <= Kernel / 2;
            });
        yield return Masked(
            "windows by head",
            at => at.Query - at.Key < Symbolic.Where(at.Head % 2 == 0, 16, 1 << 20),
            static (_, h, q, k) => h % 2 != 0 || q - k < 16);
        yield return Masked("by KV head", at => (at.Key % 4) != at.KeyValueHead, static (_, h, _, k) => k % 4 != h / 4);
        yield return Masked("random blocks", at => ((at.Query / 16 * 7) + (at.Key / 16 * 13)) % 5 != 0, static (_, _, q, k) => ((q / 16 * 7) + (k / 16 * 13)) % 5 != 0);
        yield return Masked("nothing", static _ => false, static (_, _, _, _) => false);
        yield return Masked("odd queries see nothing", at => at.Query % 2 == 0, static (_, _, q, _) => q % 2 == 0);
    }

    private static IEnumerable<PublishedExample> Scores()
    {
        yield return Scored("identity", static (score, _) => score, static (s, _, _, _, _) => s);
        yield return Scored("times two", static (score, _) => score * 2, static (s, _, _, _, _) => s * 2);
        yield return Scored("squared", static (score, _) => score * score, static (s, _, _, _, _) => s * s);
        yield return Scored("trigonometric", static (score, _) => Symbolic.Sin(Symbolic.Cos(score)), static (s, _, _, _, _) => Math.Sin(Math.Cos(s)));
        yield return Scored("branching", static (score, _) => Symbolic.Cos(score) * Symbolic.Sin(score), static (s, _, _, _, _) => Math.Cos(s) * Math.Sin(s));

        FloatTable slopes = new(s_slopes);
        yield return Scored("ALiBi", (score, at) => score - (slopes[at.Head] * (at.Query - at.Key)), static (s, _, h, q, k) => s - (s_slopes[h] * (double)(q - k)));
        yield return Scored(
            "ALiBi computed",
            static (score, at) => score + (Symbolic.Exp2(-((at.Head + 1) * 8f / QueryHeads)) * (at.Key - at.Query)),
            static (s, _, h, q, k) => s + (Math.Pow(2, -((h + 1) * 8.0 / QueryHeads)) * (k - q)));
        yield return Scored("relative position", static (score, at) => score + ((at.Query - at.Key) * 0.0625f), static (s, _, _, q, k) => s + ((q - k) * 0.0625));
        yield return Scored("head offset", (score, at) => score * slopes[at.Head], static (s, _, h, _, _) => s * s_slopes[h]);
        yield return Scored("soft cap", static (score, _) => 2 * Symbolic.Tanh(score / 2), static (s, _, _, _, _) => 2 * Math.Tanh(s / 2));

        FloatTable bias = new(s_distanceBias);
        yield return Scored(
            "learned bias by distance",
            (score, at) => score + bias[at.Query - at.Key + 128],
            static (s, _, _, q, k) => s + s_distanceBias[Math.Clamp(q - k + 128, 0, 256)]);

        FloatTable headBias = new(s_headBias);
        yield return Scored(
            "T5's bias by logarithmic distance",
            (score, at) => score + headBias[at.Head, T5Bucket(at.Query - at.Key)],
            static (s, _, h, q, k) => s + s_headBias[h, T5Bucket(q - k)]);
        yield return Scored(
            "causal by score",
            static (score, at) => Symbolic.Where(at.Query >= at.Key, score, float.NegativeInfinity),
            static (s, _, _, q, k) => q >= k ? s : double.NegativeInfinity);
        yield return Scored(
            "checkerboard",
            static (score, at) => Symbolic.Where((at.Query + at.Key) % 2 == 0, score * 0.5f, score),
            static (s, _, _, q, k) => (q + k) % 2 == 0 ? s * 0.5 : s);
    }

    private static IEnumerable<PublishedExample> Combinations()
    {
        FloatTable slopes = new(s_slopes);
        ScoreFunction softCap = static (score, _) => 3 * Symbolic.Tanh(score / 3);
        ScoreFunction alibi = (score, at) => score - (slopes[at.Head] * (at.Query - at.Key));
        yield return new PublishedExample
        {
            Name = "soft cap, ALiBi and window",
            Score = softCap.Then(alibi),
            Mask = static at => (at.Query >= at.Key) & (at.Query - at.Key < 50),
            Formula = static (s, _, h, q, k) => q >= k && q - k < 50 ? (3 * Math.Tanh(s / 3)) - (s_slopes[h] * (double)(q - k)) : double.NegativeInfinity,
        };
    }

    private static SymbolicInt T5Bucket(SymbolicInt distance)
    {
        const int Exact = 16, Buckets = 32;
        SymbolicInt behind = Symbolic.Max(distance, 0);
        SymbolicInt far = Exact + (SymbolicInt)(Symbolic.Log((SymbolicFloat)Symbolic.Max(behind, 1) / Exact) / 2.0794415f * (Buckets - Exact));
        return Symbolic.Where(behind < Exact, behind, Symbolic.Min(far, Buckets - 1));
    }

    private static int T5Bucket(int distance)
    {
        const int Exact = 16, Buckets = 32;
        int behind = Math.Max(distance, 0);
        return behind < Exact ? behind : Math.Min(Exact + (int)((float)(Math.Log((float)behind / Exact) / 2.0794415 * (Buckets - Exact)) + 1e-6f), Buckets - 1);
    }

    private static PublishedExample Masked(string name, MaskFunction mask, Func<int, int, int, int, bool> formula) => new()
    {
        Name = name,
        Mask = mask,
        Formula = (score, request, head, query, key) => formula(request, head, query, key) ? score : double.NegativeInfinity,
    };

    private static PublishedExample Scored(string name, ScoreFunction score, Func<double, int, int, int, int, double> formula) => new()
    {
        Name = name, Score = score, Formula = formula,
    };

    private static float[] Noise(int count)
    {
        Random random = new(99);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static float[,] Reshape(float[] values, int columns)
    {
        float[,] result = new float[values.Length / columns, columns];
        Buffer.BlockCopy(values, 0, result, 0, values.Length * sizeof(float));
        return result;
    }
}
