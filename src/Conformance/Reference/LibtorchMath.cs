using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Inputs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Conformance.Reference;

/// <summary>
/// The same attention as libtorch's own matrix products and softmax give it, in the case's element type on the case's
/// device. Its error says how much error the element type is good for.
/// </summary>
internal static class LibtorchMath
{
    /// <returns>[T, Hq, Dv]; rows that see no key are not numbers.</returns>
    public static float[] Attend(CaseInputs inputs, AttentionDevice device)
    {
        AttentionCase attentionCase = inputs.Case;
        float[] output = new float[attentionCase.QueryCount * attentionCase.QueryHeads * attentionCase.OutputHeadSize];
        int start = 0;
        for (int request = 0; request < attentionCase.Requests.Length; request++)
        {
            RequestShape shape = attentionCase.Requests[request];
            int length = shape.Queries * attentionCase.QueryHeads * attentionCase.OutputHeadSize;
            if (shape.Queries > 0 && shape.Keys > 0)
                AttendRequest(inputs, request, device.ToTorch()).CopyTo(output, start);
            start += length;
        }

        return output;
    }

    private static float[] AttendRequest(CaseInputs inputs, int request, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        AttentionCase attentionCase = inputs.Case;
        RequestShape shape = attentionCase.Requests[request];
        int queries = shape.Queries, keys = shape.Keys, heads = attentionCase.QueryHeads, keyHeads = attentionCase.KeyValueHeads, group = heads / keyHeads;
        ScalarType type = attentionCase.ElementType.ToScalarType();
        Tensor Upload(float[] rows, int tokens, int tensorHeads, int size) =>
            tensor(rows, dtype: ScalarType.Float32).view(tokens, tensorHeads, size).to(type).to(device).transpose(0, 1).contiguous();

        // TorchSharp does not keep a number alive while native code reads it: whoever passes one does.
        using Scalar scale = attentionCase.EffectiveScale, cap = attentionCase.SoftCap ?? 1, hiddenScore = float.NegativeInfinity;
        Tensor query = Upload(inputs.Queries[request], queries, heads, attentionCase.HeadSize).mul(scale);
        Tensor key = Upload(inputs.Keys[request], keys, keyHeads, attentionCase.HeadSize);
        Tensor value = Upload(inputs.Values[request], keys, keyHeads, attentionCase.OutputHeadSize);

        // The query heads of one KV head become the rows of one matrix.
        Tensor scores = bmm(query.view(keyHeads, group * queries, -1), key.transpose(1, 2)).view(heads, queries, keys);
        if (attentionCase.SoftCap is not null)
            scores = scores.div(cap).tanh().mul(cap);
        (Tensor hidden, Tensor? distance) = Masks(attentionCase, shape, type, device);
        if (distance is not null)
            scores = scores - (tensor(HeadConstants.AlibiSlopes(heads)).to(type).to(device).view(heads, 1, 1) * distance);
        scores = scores.masked_fill(hidden, hiddenScore);
        if (attentionCase.Sinks != SinkKind.None)
        {
            Tensor sinks = tensor(HeadConstants.Sinks(heads, attentionCase.Sinks)).to(type).to(device).view(heads, 1, 1).expand(heads, queries, 1);
            scores = cat([scores, sinks], 2);
        }

        Tensor weights = scores.softmax(-1).narrow(2, 0, keys).contiguous();
        Tensor output = bmm(weights.view(keyHeads, group * queries, keys), value).view(heads, queries, -1);
        return output.transpose(0, 1).to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }

    private static (Tensor Hidden, Tensor? Distance) Masks(AttentionCase attentionCase, RequestShape shape, ScalarType type, Device device)
    {
        RequestVisibility visibility = new(attentionCase, shape);
        bool[] hidden = new bool[shape.Queries * shape.Keys];
        float[]? distance = attentionCase.Alibi ? new float[hidden.Length] : null;
        for (int query = 0; query < shape.Queries; query++)
        {
            for (int key = 0; key < shape.Keys; key++)
            {
                hidden[(query * shape.Keys) + key] = !visibility.Sees(query, key);
                if (distance is not null)
                    distance[(query * shape.Keys) + key] = Math.Abs(visibility.Distance(query, key));
            }
        }

        return (
            tensor(hidden).view(shape.Queries, shape.Keys).to(device),
            distance is null ? null : tensor(distance).view(shape.Queries, shape.Keys).to(type).to(device));
    }
}
