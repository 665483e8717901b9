namespace AttentionGen.Metadata;

/// <summary>
/// Merges attention over parts of the keys into attention over all of them, from each part's output and log-sum-exp: the
/// prefix and the suffix of cascade attention or of a chunked prefill, the splits of a long cache, the ranks of context
/// parallelism.
/// </summary>
/// <remarks>
/// With m the largest log-sum-exp and w = exp(lse - m) of each part, the output is the sum of w * output divided by the sum of
/// w, and the log-sum-exp is m + log(sum of w): section 2.2 of FlashInfer (<see href="https://arxiv.org/abs/2501.01005"/>).
/// Log-sum-exps are natural logarithms. One of -infinity means that the part had no key for that row; +infinity, which some
/// kernels return for such rows, is read as -infinity. The output of an empty part is never read, so that even NaN may stand
/// there, and a row without any key becomes zeros with a log-sum-exp of -infinity. All sums are float32.
/// </remarks>
public static class MergeAttentionStates
{
    /// <summary>Merges two parts in float32.</summary>
    /// <param name="prefixOutput">The first part's output: [T, Hq, Dv].</param>
    /// <param name="prefixLogSumExp">Its log-sum-exps: [Hq, T].</param>
    /// <param name="suffixOutput">The second part's output: [T, Hq, Dv].</param>
    /// <param name="suffixLogSumExp">Its log-sum-exps: [Hq, T].</param>
    /// <param name="heads">Hq.</param>
    /// <param name="valueHeadSize">Dv.</param>
    /// <param name="output">Receives the merged output: [T, Hq, Dv]. May be the memory of one of the parts.</param>
    /// <param name="logSumExp">Receives the merged log-sum-exps: [Hq, T], or is empty. May be the memory of one of the parts.</param>
    /// <param name="prefillTokensWithContext">
    /// The number of leading tokens that have a prefix. The suffix alone counts for those from there on; their prefix is not
    /// read. All T by default.
    /// </param>
    /// <exception cref="ArgumentException">The lengths of the spans do not agree.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is not positive, or <paramref name="prefillTokensWithContext"/> is negative or more than T.
    /// </exception>
    public static void Merge(
        ReadOnlySpan<float> prefixOutput,
        ReadOnlySpan<float> prefixLogSumExp,
        ReadOnlySpan<float> suffixOutput,
        ReadOnlySpan<float> suffixLogSumExp,
        int heads,
        int valueHeadSize,
        Span<float> output,
        Span<float> logSumExp = default,
        int? prefillTokensWithContext = null) =>
        Merge<float, Float32Row>(
            prefixOutput, prefixLogSumExp, suffixOutput, suffixLogSumExp, heads, valueHeadSize, output, logSumExp, prefillTokensWithContext);

    /// <summary>Merges two parts whose outputs are float16; the result is rounded once.</summary>
    /// <inheritdoc cref="Merge"/>
    public static void MergeFloat16(
        ReadOnlySpan<Half> prefixOutput,
        ReadOnlySpan<float> prefixLogSumExp,
        ReadOnlySpan<Half> suffixOutput,
        ReadOnlySpan<float> suffixLogSumExp,
        int heads,
        int valueHeadSize,
        Span<Half> output,
        Span<float> logSumExp = default,
        int? prefillTokensWithContext = null) =>
        Merge<Half, Float16Row>(
            prefixOutput, prefixLogSumExp, suffixOutput, suffixLogSumExp, heads, valueHeadSize, output, logSumExp, prefillTokensWithContext);

    /// <summary>Merges two parts whose outputs are bfloat16, given by their bits; the result is rounded once.</summary>
    /// <inheritdoc cref="Merge"/>
    public static void MergeBFloat16(
        ReadOnlySpan<ushort> prefixOutput,
        ReadOnlySpan<float> prefixLogSumExp,
        ReadOnlySpan<ushort> suffixOutput,
        ReadOnlySpan<float> suffixLogSumExp,
        int heads,
        int valueHeadSize,
        Span<ushort> output,
        Span<float> logSumExp = default,
        int? prefillTokensWithContext = null) =>
        Merge<ushort, BFloat16Row>(
            prefixOutput, prefixLogSumExp, suffixOutput, suffixLogSumExp, heads, valueHeadSize, output, logSumExp, prefillTokensWithContext);

    /// <summary>Merges any number of parts in float32.</summary>
    /// <param name="outputs">The parts' outputs one after another: [P, T, Hq, Dv].</param>
    /// <param name="logSumExps">Their log-sum-exps: [P, Hq, T].</param>
    /// <param name="parts">P.</param>
    /// <param name="heads">Hq.</param>
    /// <param name="valueHeadSize">Dv.</param>
    /// <param name="output">Receives the merged output: [T, Hq, Dv]. Must not overlap the parts.</param>
    /// <param name="logSumExp">Receives the merged log-sum-exps: [Hq, T], or is empty. Must not overlap the parts.</param>
    /// <exception cref="ArgumentException">The lengths of the spans do not agree.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size or the number of parts is not positive.</exception>
    public static void MergeParts(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> logSumExps,
        int parts,
        int heads,
        int valueHeadSize,
        Span<float> output,
        Span<float> logSumExp = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        if (outputs.Length % parts != 0 || logSumExps.Length % parts != 0)
            throw new ArgumentException($"{outputs.Length} elements of output and {logSumExps.Length} log-sum-exps do not divide into {parts} equal parts.", nameof(parts));
        if (outputs.Overlaps(output) || logSumExps.Overlaps(logSumExp))
            throw new ArgumentException("The result overlaps the parts, which are read again for each row. Give it memory of its own.", nameof(output));

        int partOutputs = outputs.Length / parts, partLogSumExps = logSumExps.Length / parts;
        AttentionStateShape shape = AttentionStateShape.Of(partLogSumExps, partOutputs, heads, valueHeadSize);
        shape.ThrowUnlessOutput(output.Length, nameof(output));
        if (!logSumExp.IsEmpty)
            shape.ThrowUnlessLogSumExp(logSumExp.Length, nameof(logSumExp));

        for (int head = 0; head < heads; head++)
        {
            for (int token = 0; token < shape.Tokens; token++)
            {
                int state = (head * shape.Tokens) + token;
                float max = float.NegativeInfinity, sum = 0;
                for (int part = 0; part < parts; part++)
                    max = MathF.Max(max, EmptyAsNegativeInfinity(logSumExps[(part * partLogSumExps) + state]));
                for (int part = 0; part < parts; part++)
                    sum += Weight(EmptyAsNegativeInfinity(logSumExps[(part * partLogSumExps) + state]), max);

                int row = ((token * heads) + head) * valueHeadSize;
                Span<float> merged = output.Slice(row, valueHeadSize);
                merged.Clear();
                for (int part = 0; part < parts; part++)
                {
                    float lse = EmptyAsNegativeInfinity(logSumExps[(part * partLogSumExps) + state]);
                    if (lse != float.NegativeInfinity)
                        Float32Row.Combine(merged, 1, outputs.Slice((part * partOutputs) + row, valueHeadSize), Weight(lse, max) / sum, merged);
                }

                if (!logSumExp.IsEmpty)
                    logSumExp[state] = max == float.NegativeInfinity ? max : max + MathF.Log(sum);
            }
        }
    }

    private static void Merge<T, TRow>(
        ReadOnlySpan<T> prefixOutput,
        ReadOnlySpan<float> prefixLogSumExp,
        ReadOnlySpan<T> suffixOutput,
        ReadOnlySpan<float> suffixLogSumExp,
        int heads,
        int valueHeadSize,
        Span<T> output,
        Span<float> logSumExp,
        int? prefillTokensWithContext)
        where TRow : struct, IElementRow<T>
    {
        AttentionStateShape shape = AttentionStateShape.Of(suffixLogSumExp.Length, output.Length, heads, valueHeadSize);
        shape.ThrowUnlessOutput(prefixOutput.Length, nameof(prefixOutput));
        shape.ThrowUnlessOutput(suffixOutput.Length, nameof(suffixOutput));
        shape.ThrowUnlessLogSumExp(prefixLogSumExp.Length, nameof(prefixLogSumExp));
        if (!logSumExp.IsEmpty)
            shape.ThrowUnlessLogSumExp(logSumExp.Length, nameof(logSumExp));
        int withContext = prefillTokensWithContext ?? shape.Tokens;
        if ((uint)withContext > (uint)shape.Tokens)
        {
            throw new ArgumentOutOfRangeException(
                nameof(prefillTokensWithContext), withContext, $"There are {shape.Tokens} tokens. The leading ones with a prefix number 0 to {shape.Tokens}.");
        }

        for (int token = 0; token < shape.Tokens; token++)
        {
            for (int head = 0; head < heads; head++)
            {
                int state = (head * shape.Tokens) + token;
                int row = ((token * heads) + head) * valueHeadSize;
                float prefix = token < withContext ? EmptyAsNegativeInfinity(prefixLogSumExp[state]) : float.NegativeInfinity;
                float suffix = EmptyAsNegativeInfinity(suffixLogSumExp[state]);
                float merged = MergeRow<T, TRow>(
                    prefixOutput.Slice(row, valueHeadSize), prefix, suffixOutput.Slice(row, valueHeadSize), suffix, output.Slice(row, valueHeadSize));
                if (!logSumExp.IsEmpty)
                    logSumExp[state] = merged;
            }
        }
    }

    private static float MergeRow<T, TRow>(ReadOnlySpan<T> prefixOutput, float prefix, ReadOnlySpan<T> suffixOutput, float suffix, Span<T> output)
        where TRow : struct, IElementRow<T>
    {
        if (prefix == float.NegativeInfinity)
        {
            // Copied and not weighted: the other output may be NaN.
            if (suffix == float.NegativeInfinity)
                output.Clear();
            else
                suffixOutput.CopyTo(output);
            return suffix;
        }

        if (suffix == float.NegativeInfinity)
        {
            prefixOutput.CopyTo(output);
            return prefix;
        }

        float max = MathF.Max(prefix, suffix);
        float prefixWeight = Weight(prefix, max), suffixWeight = Weight(suffix, max), sum = prefixWeight + suffixWeight;
        TRow.Combine(prefixOutput, prefixWeight / sum, suffixOutput, suffixWeight / sum, output);
        return max + MathF.Log(sum);
    }

    private static float EmptyAsNegativeInfinity(float logSumExp) =>
        logSumExp == float.PositiveInfinity ? float.NegativeInfinity : logSumExp;

    private static float Weight(float logSumExp, float max) =>
        logSumExp == float.NegativeInfinity ? 0 : MathF.Exp(logSumExp - max);
}
