using static TorchSharp.torch;

namespace AttentionGen;

/// <summary>Queries, keys and values of the probe's requests in host memory, as numbers that the element type holds exactly.</summary>
internal sealed class ProbeOperands
{
    private readonly ProbeCase _case;

    public ProbeOperands(ProbeCase probeCase, ReadOnlySpan<int> lengths)
    {
        _case = probeCase;
        Queries = new float[lengths.Length][];
        Keys = new float[lengths.Length][];
        Values = new float[lengths.Length][];
        Random random = new(lengths.Length);
        for (int request = 0; request < lengths.Length; request++)
        {
            // Queries large enough that the keys get weights that differ.
            Queries[request] = Draw(random, lengths[request] * probeCase.QueryHeads * probeCase.HeadSize, 4);
            Keys[request] = Draw(random, lengths[request] * probeCase.KeyValueHeads * probeCase.HeadSize, 1);
            Values[request] = Draw(random, lengths[request] * probeCase.KeyValueHeads * probeCase.HeadSize, 1);
        }
    }

    /// <summary>For each request [tokens, Hq, D].</summary>
    public float[][] Queries { get; }

    /// <summary>For each request [tokens, Hkv, D].</summary>
    public float[][] Keys { get; }

    /// <summary>For each request [tokens, Hkv, D].</summary>
    public float[][] Values { get; }

    /// <summary>Some tokens of each request, one request after the other, on the device: [T, heads, D].</summary>
    public Tensor ToTensor(float[][] requests, ReadOnlySpan<Range> tokens, int heads)
    {
        int row = heads * _case.HeadSize;
        List<float> rows = [];
        for (int request = 0; request < requests.Length; request++)
        {
            (int first, int count) = tokens[request].GetOffsetAndLength(requests[request].Length / row);
            rows.AddRange(requests[request].AsSpan(first * row, count * row));
        }

        using Tensor host = tensor(rows.ToArray(), [rows.Count / row, heads, _case.HeadSize]);
        return host.to(_case.ElementType.ToScalarType(), _case.Device.ToTorch(), copy: true);
    }

    private float[] Draw(Random random, int count, float magnitude)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            float number = magnitude * ((2 * random.NextSingle()) - 1);
            numbers[i] = _case.ElementType switch
            {
                ElementType.Float16 => (float)(Half)number,
                // The upper half of a float32.
                ElementType.BFloat16 => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(number) & 0xFFFF0000),
                _ => number,
            };
        }

        return numbers;
    }
}
