using System.Collections.Immutable;

namespace AttentionGen.Conformance.Cases;

/// <summary>A batch by name.</summary>
internal sealed record NamedBatch(string Name, ImmutableArray<RequestShape> Requests);

/// <summary>
/// The batches: vLLM's named specifications (its <c>test_attention_backends.py</c>) and those in which kernels break.
/// </summary>
/// <param name="thoroughness">Whether long contexts are shortened.</param>
internal sealed class NamedBatches(ConformanceThoroughness thoroughness)
{
    private bool IsFull => thoroughness == ConformanceThoroughness.Full;

    /// <summary>Decodes and a few new tokens each.</summary>
    public NamedBatch MixedSmall { get; } = Of("mixed_small", [32, 40, 48, 56], [1, 1, 5, 5]);

    /// <summary>Everything that a step may hold at once: nothing, decodes, chunks and whole prompts.</summary>
    public NamedBatch Ragged { get; } = Of("ragged", [40, 17, 0, 33, 70, 1, 23], [0, 1, 0, 5, 70, 1, 19]);

    /// <summary>Whole prompts.</summary>
    public NamedBatch Prompts { get; } = Of("prompts", [37, 1, 65, 16], [37, 1, 65, 16]);

    /// <summary>One token each, over lengths around page sizes and tiles.</summary>
    public NamedBatch Boundaries { get; } = Of("boundaries", [1, 15, 16, 17, 31, 32, 33, 63, 64, 65], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);

    /// <summary>vLLM's specifications for decoders.</summary>
    public IEnumerable<NamedBatch> Specifications()
    {
        yield return Shorten("small_decode", [32, 40], [1, 1]);
        yield return Shorten("small_prefill", [32, 40], [8, 8]);
        yield return MixedSmall;
        yield return Shorten("medium_decode", [128, 256, 512, 1024, 128, 256, 512, 1024], Repeat(1, 8));
        yield return Shorten("medium_prefill", [256, 512, 1024, 2048], Repeat(16, 4));
        yield return Shorten("mixed_medium", [512, 1024, 2048, 512, 1024, 2048], [1, 1, 1, 7, 7, 7]);
        yield return Shorten("large_decode", Repeat(2048, 32), Repeat(1, 32));
        yield return Shorten("large_prefill", Repeat(4096, 8), Repeat(32, 8));
        yield return Shorten("mixed_large", [1024, 2048, 4096, 1024, 2048, 4096], [1, 1, 1, 32, 32, 32]);
        yield return Shorten("single_decode", [1024], [1]);
        yield return Shorten("single_prefill", [1024], [64]);
        yield return Shorten("spec_decode_small", [128, 256, 512, 1024], Repeat(4, 4));
        yield return Shorten("spec_decode_medium", [512, 1024, 2048, 512, 1024, 2048], Repeat(8, 6));
        yield return Shorten("chunked_context_prefill", [1568, 520, 8, 80, 96, 8], [32, 8, 8, 16, 16, 8]);
        yield return Shorten("large_q_prefill", [1024, 1024], [256, 256]);
        yield return Shorten("large_q_pure_prefill", [256, 256], [256, 256]);
    }

    /// <summary>Batches of our own in which kernels break.</summary>
    public IEnumerable<NamedBatch> Awkward()
    {
        yield return Of("single_token", [1], [1]);
        yield return Of("no_requests", [], []);
        yield return Of("no_queries", [40, 17], [0, 0]);
        yield return Ragged;
        yield return Prompts;
        yield return Boundaries;
        yield return Of("tile_residues", [128, 203, 256, 127, 129], [64, 113, 108, 127, 128]);
        int many = IsFull ? 1030 : 130;
        yield return Of("many_requests", [.. Enumerable.Range(0, many).Select(static i => 1 + (i % 9))], [.. Enumerable.Range(0, many).Select(static i => i % 9 == 0 ? 1 : i % 3)]);
        if (!IsFull)
            yield break;
        yield return Of("nearly_whole_prompt", [1024], [1023]);
        yield return Of("long_prompts", [2048, 1000], [2048, 1000]);
        yield return Of("very_long_prompt", [4224], [4224]);
        yield return Of("very_long_decode", [65537, 3], [1, 1]);
    }

    /// <summary>The name of an encoder's batch of lengths around pages and tiles.</summary>
    public const string EncoderBoundaries = "encoder_boundaries";

    /// <summary>vLLM's specifications for encoders, and awkward ones: every key is a query.</summary>
    public IEnumerable<NamedBatch> Encoders()
    {
        int[] small = IsFull ? [32, 64, 128, 256] : [32, 64, 128], medium = [256, 512, 1024, 2048];
        yield return Of("small_encoder_prefill", small, small);
        if (IsFull)
            yield return Of("medium_encoder_prefill", medium, medium);
        yield return Of(EncoderBoundaries, [1, 0, 15, 17, 65], [1, 0, 15, 17, 65]);
    }

    /// <summary>Decoders over encoders' outputs: the first step stores them, later ones only read.</summary>
    public static IEnumerable<NamedBatch> CrossAttentions()
    {
        yield return new NamedBatch("first_cross", [new(37, 4, 37), new(5, 1, 5), new(64, 9, 64)]);
        yield return new NamedBatch("later_cross", [new(37, 1, 0), new(5, 1, 0), new(64, 1, 0)]);
        yield return new NamedBatch("mixed_cross", [new(37, 1, 0), new(20, 30, 20), new(0, 2, 0), new(16, 0, 0)]);
    }

    /// <summary>Queries of requests without a key beside others: only full attention can have them.</summary>
    public static NamedBatch WithoutKeys { get; } = new("no_keys", [new(0, 2, 0), new(21, 3, 3), new(0, 1, 0), new(4, 1, 0)]);

    /// <summary>A batch from lengths, keys first.</summary>
    public static NamedBatch Of(string name, int[] keys, int[] queries) => new(name, [.. keys.Zip(queries, RequestShape.Decoder)]);

    private NamedBatch Shorten(string name, int[] keys, int[] queries)
    {
        if (IsFull)
            return Of(name, keys, queries);

        const int Kept = 128, LongestChunk = 16, MostRequests = 8;
        int[] shorter = [.. keys.Take(MostRequests).Select(static length => length <= Kept ? length : Kept + (length / 32))];
        int[] fewer = [.. queries.Take(MostRequests).Select(static length => Math.Min(length, LongestChunk))];
        return Of(name, shorter, fewer);
    }

    private static int[] Repeat(int value, int count) => [.. Enumerable.Repeat(value, count)];
}
