using System.Globalization;
using static TorchSharp.torch;

namespace AttentionGen;

/// <summary>
/// The probe itself: a prefill of two requests over shuffled pages, then a decode of both over what the prefill stored. Slots
/// that no token has hold NaN, so that reading one shows.
/// </summary>
internal sealed class ProbeRun : IDisposable
{
    private readonly ProbeCase _case;
    private readonly ProbeOperands _operands;
    private readonly int[] _lengths;
    private readonly int[][] _pages;
    private readonly PagedKeyValueCache _cache;
    private readonly AttentionPlan _plan = null!;
    private readonly AttentionLayer _layer = null!;

    private ProbeRun(PagedAttentionBackend backend, ProbeCase probeCase)
    {
        _case = probeCase;

        // The second request's decode is the first token of a page.
        _lengths = [probeCase.PageSize + 3, probeCase.PageSize];
        _operands = new ProbeOperands(probeCase, [_lengths[0] + 1, _lengths[1] + 1]);
        int[] counts = [.. _lengths.Select(length => (length / probeCase.PageSize) + 1)];
        int[] shuffled = [.. Enumerable.Range(0, counts.Sum() + 1)];
        new Random(1).Shuffle(shuffled);
        _pages = [shuffled[..counts[0]], shuffled[counts[0]..^1]];

        KeyValueCacheOptions options = probeCase.ToCacheOptions(shuffled.Length);
        _cache = backend.CreateCache(options);
        try
        {
            _cache[0].KeyTensor.fill_(double.NaN);
            _cache[0].ValueTensor.fill_(double.NaN);
            _layer = backend.CreateLayer(probeCase.ToLayerOptions());
            _plan = backend.CreatePlan(new AttentionPlanOptions { Cache = options, QueryHeads = probeCase.QueryHeads });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs the probe.</summary>
    /// <returns>What is wrong with the numbers; null where nothing is. Whatever the backend throws is not caught.</returns>
    public static string? Execute(PagedAttentionBackend backend, ProbeCase probeCase)
    {
        using ProbeRun run = new(backend, probeCase);
        return run.Step("prefill", new Range[] { ..^1, ..^1 }) ?? run.Step("decode", new Range[] { ^1.., ^1.. });
    }

    public void Dispose()
    {
        // Null where the constructor did not get so far.
        _plan?.Dispose();
        _layer?.Dispose();
        _cache.Dispose();
    }

    private string? Step(string name, Range[] tokens)
    {
        AttentionBatchBuilder builder = new(_case.PageSize);
        for (int request = 0; request < _lengths.Length; request++)
        {
            (int computed, int count) = tokens[request].GetOffsetAndLength(_lengths[request] + 1);
            builder.Add(computed, count, _pages[request]);
        }

        _plan.Update(builder.Build());
        using Tensor query = _operands.ToTensor(_operands.Queries, tokens, _case.QueryHeads);
        using Tensor key = _operands.ToTensor(_operands.Keys, tokens, _case.KeyValueHeads);
        using Tensor value = _operands.ToTensor(_operands.Values, tokens, _case.KeyValueHeads);
        using Tensor output = full_like(query, double.NaN);
        _layer.Forward(query, key, value, _cache[0], _plan, output);

        using Tensor wide = output.to(ScalarType.Float32);
        using Tensor host = wide.cpu();
        return FindError(name, tokens, host.data<float>().ToArray());
    }

    private string? FindError(string name, Range[] tokens, float[] output)
    {
        int next = 0;
        for (int request = 0; request < _lengths.Length; request++)
        {
            (int first, int count) = tokens[request].GetOffsetAndLength(_lengths[request] + 1);
            for (int position = first; position < first + count; position++)
            {
                for (int head = 0; head < _case.QueryHeads; head++)
                {
                    foreach (double expected in ProbeDefinition.Row(_case, _operands, request, position, head))
                    {
                        float actual = output[next++];
                        if (!(Math.Abs(actual - expected) <= Tolerance))
                        {
                            return string.Create(
                                CultureInfo.InvariantCulture,
                                $"in the {name}, request {request}, position {position}, head {head}, element {(next - 1) % _case.HeadSize} is {actual:0.#####} instead of {expected:0.#####}");
                        }
                    }
                }
            }
        }

        return null;
    }

    // Some ten times what the element type's roundings make of numbers up to 1; a key too many or too few makes more.
    private double Tolerance => _case.ElementType switch
    {
        ElementType.Float32 => 1e-3,
        ElementType.Float16 => 5e-3,
        _ => 2e-2,
    };
}
