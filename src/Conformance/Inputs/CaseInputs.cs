using AttentionGen.Conformance.Cases;

namespace AttentionGen.Conformance.Inputs;

/// <summary>The operands of a case in host memory, as numbers that their element types hold exactly.</summary>
internal sealed class CaseInputs
{
    private CaseInputs(AttentionCase attentionCase, int requests)
    {
        Case = attentionCase;
        Queries = new float[requests][];
        Keys = new float[requests][];
        Values = new float[requests][];
    }

    public AttentionCase Case { get; }

    /// <summary>For each request [queries, Hq, D].</summary>
    public float[][] Queries { get; }

    /// <summary>For each request [keys, Hkv, D], cached keys first; what a cache of another type holds is read already.</summary>
    public float[][] Keys { get; }

    /// <summary>For each request [keys, Hkv, Dv].</summary>
    public float[][] Values { get; }

    public static CaseInputs Create(AttentionCase attentionCase)
    {
        int requests = attentionCase.Requests.Length;
        CaseInputs inputs = new(attentionCase, requests);
        ulong seed = RandomValues.SeedOf(attentionCase.Describe());
        Parallel.For(0, requests, request => inputs.Fill(request, seed + (ulong)(3 * request)));
        for (int request = 1; request < requests; request++)
            inputs.ShareWithFirst(request);
        if (attentionCase.Scores == ScoreKind.NaNQuery && attentionCase.QueryCount > 0)
            inputs.PoisonQuery();
        if (attentionCase.Scores == ScoreKind.NaNRequest)
            Array.Fill(inputs.Keys[^1], float.NaN);
        return inputs;
    }

    /// <summary>The operands of some of the requests, in another order.</summary>
    public CaseInputs Take(int[] requests)
    {
        AttentionCase part = Case with { Requests = [.. requests.Select(request => Case.Requests[request])] };
        CaseInputs inputs = new(part, requests.Length);
        for (int request = 0; request < requests.Length; request++)
        {
            inputs.Queries[request] = Queries[requests[request]];
            inputs.Keys[request] = Keys[requests[request]];
            inputs.Values[request] = Values[requests[request]];
        }

        return inputs;
    }

    /// <summary>The operands of the step that brings some of one request's tokens, when all before them are in the cache.</summary>
    public CaseInputs TakeTokens(int request, int first, int count)
    {
        RequestShape whole = Case.Requests[request];
        int keys = whole.Computed + first + count, heads = Case.KeyValueHeads, rowLength = Case.QueryHeads * Case.HeadSize;
        CaseInputs inputs = new(Case with { Requests = [RequestShape.Decoder(keys, count)] }, 1);
        inputs.Queries[0] = Queries[request][(first * rowLength)..((first + count) * rowLength)];
        inputs.Keys[0] = Keys[request][..(keys * heads * Case.HeadSize)];
        inputs.Values[0] = Values[request][..(keys * heads * Case.OutputHeadSize)];
        return inputs;
    }

    /// <summary>The operands of one request's queries over a part of its keys, all of which are in the cache but the last ones.</summary>
    /// <param name="request">The request.</param>
    /// <param name="first">The first key.</param>
    /// <param name="shape">The shape of the step over the part.</param>
    /// <param name="causal">Whether that step is causal.</param>
    public CaseInputs TakeKeys(int request, int first, RequestShape shape, bool causal)
    {
        int keyLength = Case.KeyValueHeads * Case.HeadSize, valueLength = Case.KeyValueHeads * Case.OutputHeadSize;
        CaseInputs inputs = new(Case with { Requests = [shape], Causal = causal }, 1);
        inputs.Queries[0] = Queries[request];
        inputs.Keys[0] = Keys[request][(first * keyLength)..((first + shape.Keys) * keyLength)];
        inputs.Values[0] = Values[request][(first * valueLength)..((first + shape.Keys) * valueLength)];
        return inputs;
    }

    private void Fill(int request, ulong seed)
    {
        RequestShape shape = Case.Requests[request];
        bool isHuge = Case.Scores == ScoreKind.Huge;
        int keyHeads = Case.KeyValueHeads, queryHeads = Case.QueryHeads, size = Case.HeadSize;
        float[] keys = new float[shape.Keys * keyHeads * size];
        float[] values = new float[shape.Keys * keyHeads * Case.OutputHeadSize];
        float[] queries = new float[shape.Queries * queryHeads * size];
        RandomValues random = new(seed);
        for (int i = 0; i < keys.Length; i++)
            keys[i] = isHuge ? 32 * random.NextSign() : ToStored(random.NextNormal(), Case.KeyScale);
        for (int i = 0; i < values.Length; i++)
            values[i] = ToStored(random.NextNormal(), Case.ValueScale);
        for (int i = 0; i < queries.Length; i++)
            queries[i] = ElementCodec.Round(random.NextNormal(), Case.ElementType);

        if (isHuge)
            AimQueries(queries, keys, shape, random);
        if (Case.Layout == OperandLayout.RepeatedHeads)
        {
            RepeatHeads(keys, size);
            RepeatHeads(values, Case.OutputHeadSize);
        }

        if (Case.Form != AttentionForm.MultiHead)
            TakeValuesFromKeys(keys, values);
        (Keys[request], Values[request], Queries[request]) = (keys, values, queries);
    }

    /// <summary>A number that both the cache and the operands hold exactly, so that storing it loses nothing.</summary>
    private float ToStored(float value, float scale)
    {
        float stored = ElementCodec.Round(ElementCodec.Round(value, Case.ElementType), Case.EffectiveCacheType);
        return ElementCodec.Round(stored * scale, Case.ElementType);
    }

    /// <summary>Makes each query the image of one key that it sees, so that the score with it is far above all others.</summary>
    private void AimQueries(float[] queries, float[] keys, RequestShape shape, RandomValues random)
    {
        int size = Case.HeadSize, group = Case.QueryHeads / Case.KeyValueHeads;
        if (shape.Keys == 0)
            return;
        for (int row = 0; row < shape.Queries; row++)
        {
            int visible = Case.Causal ? Math.Max(1, shape.Keys - shape.Queries + row + 1) : shape.Keys;
            for (int head = 0; head < Case.QueryHeads; head++)
            {
                int key = random.Next(visible);
                keys.AsSpan(((key * Case.KeyValueHeads) + (head / group)) * size, size).CopyTo(queries.AsSpan(((row * Case.QueryHeads) + head) * size));
            }
        }
    }

    private void RepeatHeads(float[] rows, int size)
    {
        for (int row = 0; row < rows.Length; row += Case.KeyValueHeads * size)
        {
            for (int head = 1; head < Case.KeyValueHeads; head++)
                rows.AsSpan(row, size).CopyTo(rows.AsSpan(row + (head * size)));
        }
    }

    private void TakeValuesFromKeys(float[] keys, float[] values)
    {
        int size = Case.HeadSize, valueSize = Case.OutputHeadSize;
        for (int key = 0; key * size < keys.Length; key++)
            keys.AsSpan(key * size, valueSize).CopyTo(values.AsSpan(key * valueSize));
    }

    /// <summary>What lies in shared pages is the same for all.</summary>
    private void ShareWithFirst(int request)
    {
        int tokens = Case.SharedPages * Case.PageSize;
        Keys[0].AsSpan(0, tokens * Case.KeyValueHeads * Case.HeadSize).CopyTo(Keys[request]);
        Values[0].AsSpan(0, tokens * Case.KeyValueHeads * Case.OutputHeadSize).CopyTo(Values[request]);
    }

    private void PoisonQuery()
    {
        int request = Array.FindIndex(Queries, static queries => queries.Length > 0);
        Queries[request].AsSpan(0, Case.QueryHeads * Case.HeadSize).Fill(float.NaN);
    }
}
