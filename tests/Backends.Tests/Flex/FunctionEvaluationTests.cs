using AttentionGen.Flex;
using CsCheck;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Flex;

/// <summary>Vectors and tensors give what the plain interpretation in float64 gives.</summary>
public sealed class FunctionEvaluationTests
{
    private const int Requests = 2, Heads = 4, Group = 2, Queries = 3, Keys = 270, FirstQuery = 290;

    public static TheoryData<string> Examples => [.. PublishedExample.All.Select(static example => example.Name)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_published_function_is_its_formula(string name)
    {
        PublishedExample example = PublishedExample.Named(name);
        for (int request = 0; request < PublishedExample.MaxRequests; request++)
        {
            for (int head = 0; head < PublishedExample.QueryHeads; head++)
            {
                foreach (int query in (int[])[0, 1, 63, 64, 500])
                {
                    float[] scores = Scores(query, 333);
                    float[] changed = Vectors(example.Score, example.Mask, scores, request, head, 4, query, firstKey: 200);
                    for (int i = 0; i < scores.Length; i++)
                    {
                        double expected = example.Formula(scores[i], request, head, query, 200 + i);
                        Assert.True(IsClose(expected, changed[i], 1e-5), $"{name}: {changed[i]} for {expected} at request {request}, head {head}, query {query}, key {200 + i}.");
                    }
                }
            }
        }
    }

    [Fact]
    public void Vectors_agree_with_the_interpreter() => Gen.Select(RandomFunction.Choices, RandomFunction.Choices).Sample(
        static (scoreChoices, maskChoices) =>
        {
            (ScoreFunction score, MaskFunction mask) = (RandomFunction.Score(scoreChoices), RandomFunction.Mask(maskChoices));
            ForEachRow((request, head, query) =>
            {
                float[] scores = Scores(query, Keys);
                float[] changed = Vectors(score, mask, scores, request, head, Group, query, firstKey: 5);
                for (int i = 0; i < Keys; i++)
                    AssertClose(score, mask, scores[i], request, head, query, 5 + i, changed[i]);
            });
        },
        iter: 60);

    [Fact]
    public void Tensors_agree_with_the_interpreter() => Gen.Select(RandomFunction.Choices, RandomFunction.Choices).Sample(
        static (scoreChoices, maskChoices) =>
        {
            using var scope = NewDisposeScope();
            (ScoreFunction score, MaskFunction mask) = (RandomFunction.Score(scoreChoices), RandomFunction.Mask(maskChoices));
            using TensorProgram program = new(FunctionGraph.Trace(score, mask), CPU);
            float[] scores = [.. Enumerable.Range(0, Requests * Heads).SelectMany(static _ => Enumerable.Range(0, Queries).SelectMany(static query => Scores(FirstQuery + query, Keys)))];
            float[] changed = program.Apply(new TensorSymbols(
                tensor(scores).view(Requests, Heads, Queries, Keys),
                arange(Requests, dtype: ScalarType.Int32).view(-1, 1, 1, 1),
                arange(Heads, dtype: ScalarType.Int32).view(-1, 1, 1),
                tensor((int[])[.. Enumerable.Range(0, Heads).Select(static head => head / Group)]).view(-1, 1, 1),
                arange(FirstQuery, FirstQuery + Queries, dtype: ScalarType.Int32).view(-1, 1),
                arange(5, 5 + Keys, dtype: ScalarType.Int32))).contiguous().data<float>().ToArray();

            int row = 0;
            ForEachRow((request, head, query) =>
            {
                for (int i = 0; i < Keys; i++)
                    AssertClose(score, mask, scores[(row * Keys) + i], request, head, query, 5 + i, changed[(row * Keys) + i]);
                row++;
            });
        },
        iter: 30);

    [Fact]
    public void Integer_operations_wrap_and_never_trap()
    {
        int[] extremes = [int.MinValue, int.MinValue + 1, -7, -1, 0, 1, 2, 7, int.MaxValue];
        IntTable table = new(extremes);
        Func<SymbolicInt, SymbolicInt, SymbolicInt>[] operations =
        [
            static (a, b) => a + b, static (a, b) => a - b, static (a, b) => a * b, static (a, b) => a / b, static (a, b) => a % b,
            static (a, b) => Symbolic.Min(a, b), static (a, b) => Symbolic.Max(a, b), static (a, b) => Symbolic.Abs(a) + b, static (a, b) => -a + b,
            static (a, b) => Symbolic.Where(a < b, a, b), static (a, _) => (SymbolicInt)((SymbolicFloat)a * 3), static (a, b) => (SymbolicInt)((SymbolicFloat)a / b),
        ];
        foreach (Func<SymbolicInt, SymbolicInt, SymbolicInt> operation in operations)
        {
            MaskFunction mask = at => operation(table[at.Query], table[at.Key]) == table[at.Head];
            using TensorProgram program = new(FunctionGraph.Trace(null, mask), CPU);
            for (int head = 0; head < extremes.Length; head++)
            {
                for (int query = 0; query < extremes.Length; query++)
                {
                    using var scope = NewDisposeScope();
                    float[] vectors = Vectors(null, mask, new float[extremes.Length], 0, head, 1, query, 0);
                    float[] tensors = program.Apply(new TensorSymbols(
                        zeros(1, extremes.Length), tensor(0), tensor(head), tensor(head), tensor(query), arange(extremes.Length, dtype: ScalarType.Int32))).data<float>().ToArray();
                    for (int key = 0; key < extremes.Length; key++)
                    {
                        double expected = ScalarInterpreter.Apply(null, mask, 0, 0, head, 1, query, key);
                        Assert.True(expected == vectors[key], $"{mask(ScorePosition.Symbols)} by vectors for {extremes[query]}, {extremes[key]}, {extremes[head]}");
                        Assert.True(expected == tensors[key], $"{mask(ScorePosition.Symbols)} by tensors for {extremes[query]}, {extremes[key]}, {extremes[head]}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Equal_expressions_are_computed_once()
    {
        ScoreFunction function = static (score, at) => ((at.Query - at.Key) * 2f) + Symbolic.Tanh((at.Query - at.Key) * 2f) + score;

        FunctionGraph graph = FunctionGraph.Trace(function, at => at.Query - at.Key < 5);

        Assert.Single(graph.Instructions, static instruction => instruction.Operation == Operation.Subtract);
        Assert.Single(graph.Instructions, static instruction => instruction.Operation == Operation.Multiply);
    }

    [Fact]
    public void Constants_are_computed_when_traced()
    {
        FunctionGraph graph = FunctionGraph.Trace(static (score, _) => score * (Symbolic.Exp(0) + 1), static _ => (SymbolicInt)3 < 4);

        Assert.Equal(-1, graph.MaskRoot);
        Assert.Contains(graph.Instructions, static instruction => instruction.Operation == Operation.FloatConstant && instruction.FloatValue == 2);
        Assert.DoesNotContain(graph.Instructions, static instruction => instruction.Operation == Operation.Exp);
    }

    [Fact]
    public void A_deep_expression_is_no_deep_recursion()
    {
        ScoreFunction function = static (score, at) =>
        {
            for (int i = 0; i < 200_000; i++)
                score += at.Head;
            return score;
        };

        Assert.True(FunctionGraph.Trace(function, null).ScoreRoot > 100_000);
    }

    private static float[] Vectors(ScoreFunction? score, MaskFunction? mask, float[] scores, int request, int head, int group, int query, int firstKey)
    {
        FunctionGraph graph = FunctionGraph.Trace(score, mask);
        using VectorProgram program = new(graph, group, graph.ScoreRoot, graph.MaskRoot);
        float[] changed = [.. scores];
        program.Apply(changed, request, head, query, firstKey);
        return changed;
    }

    private static float[] Scores(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 6) - 3)];
    }

    private static void ForEachRow(Action<int, int, int> check)
    {
        for (int request = 0; request < Requests; request++)
        {
            for (int head = 0; head < Heads; head++)
            {
                for (int query = FirstQuery; query < FirstQuery + Queries; query++)
                    check(request, head, query);
            }
        }
    }

    private static void AssertClose(ScoreFunction score, MaskFunction mask, double given, int request, int head, int query, int key, double actual)
    {
        double expected = ScalarInterpreter.Apply(score, mask, given, request, head, Group, query, key);
        Assert.True(
            IsClose(expected, actual, 2e-3),
            $"{actual} for {expected} at request {request}, head {head}, query {query}, key {key}: {score(new SymbolicFloat(SymbolicNode.Score), ScorePosition.Symbols)} where {mask(ScorePosition.Symbols)}");
    }

    private static bool IsClose(double expected, double actual, double tolerance) =>
        expected == actual || Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected));
}
