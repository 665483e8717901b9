using AttentionGen.Conformance.Inputs;
using static TorchSharp.torch;

namespace AttentionGen.Conformance.Execution;

/// <summary>
/// An operand inside a larger buffer whose other elements hold NaN of a pattern of its own: reading them poisons the result,
/// and writing them shows.
/// </summary>
internal sealed class GuardedTensor : IDisposable
{
    private const int GuardElements = 128;

    private readonly ElementType _type;
    private readonly long[] _sizes;
    private readonly long[] _strides;
    private readonly int _offset;
    private readonly byte[] _before;
    private readonly Tensor _buffer;

    /// <summary>Makes the buffer.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="sizes">The operand's sizes.</param>
    /// <param name="strides">Its strides, in elements.</param>
    /// <param name="misalignment">How many elements further it begins than an aligned address.</param>
    /// <param name="values">Its elements in row-major order; NaN throughout where there are none.</param>
    /// <param name="device">Where the buffer lies.</param>
    public GuardedTensor(ElementType type, long[] sizes, long[] strides, int misalignment, float[]? values, AttentionDevice device)
    {
        (_type, _sizes, _strides) = (type, sizes, strides);
        _offset = GuardElements + misalignment;
        long extent = sizes.Contains(0) ? 0 : 1 + sizes.Zip(strides, static (size, stride) => (size - 1) * stride).Sum();
        int elementSize = ElementCodec.SizeOf(type);
        _before = new byte[(_offset + extent + GuardElements) * elementSize];
        FillWithGuards();
        if (values is not null)
            Scatter(values);
        else
            Scatter(Enumerable.Repeat(float.NaN, (int)sizes.Aggregate(1L, static (product, size) => product * size)).ToArray());

        using Tensor host = zeros(_before.Length / elementSize, dtype: type.ToScalarType());
        host.bytes = _before;
        _buffer = device.Kind == DeviceKind.Cpu ? host.clone() : host.to(device.ToTorch());
        Tensor = _buffer.as_strided(sizes, strides, _offset);
    }

    /// <summary>The operand.</summary>
    public Tensor Tensor { get; }

    /// <summary>What is in it now, in row-major order, and whether the guards are as they were.</summary>
    public (float[] Values, byte[] Bytes, bool AreGuardsIntact) Read()
    {
        using Tensor host = _buffer.cpu();
        byte[] after = host.bytes.ToArray();
        int elementSize = ElementCodec.SizeOf(_type);
        List<byte> own = new(after.Length);
        foreach ((long place, int length) in Runs())
        {
            Span<byte> run = after.AsSpan((int)place * elementSize, length * elementSize);
            own.AddRange(run);
            _before.AsSpan((int)place * elementSize, length * elementSize).CopyTo(run);
        }

        byte[] bytes = [.. own];
        float[] values = new float[bytes.Length / elementSize];
        ElementCodec.Decode(bytes, _type, values);
        return (values, bytes, after.AsSpan().SequenceEqual(_before));
    }

    /// <summary>Whether every byte is as it was made.</summary>
    public bool IsUnchanged()
    {
        using Tensor host = _buffer.cpu();
        return host.bytes.SequenceEqual(_before);
    }

    public void Dispose()
    {
        Tensor.Dispose();
        _buffer.Dispose();
    }

    // A quiet NaN of each type whose low bits count: a NaN that arithmetic makes has none of them.
    private void FillWithGuards()
    {
        for (int i = 0; i < _before.Length; i++)
        {
            int high = i % ElementCodec.SizeOf(_type);
            bool isHighest = high == ElementCodec.SizeOf(_type) - 1;
            bool isSecond = high == ElementCodec.SizeOf(_type) - 2;
            _before[i] = isHighest ? (byte)0x7F : isSecond ? (byte)(0xC0 | (i & 0x3F)) : (byte)(i * 37);
        }
    }

    private void Scatter(float[] values)
    {
        int elementSize = ElementCodec.SizeOf(_type);
        byte[] bytes = new byte[values.Length * elementSize];
        ElementCodec.Encode(values, _type, bytes);
        int next = 0;
        foreach ((long place, int length) in Runs())
        {
            bytes.AsSpan(next, length * elementSize).CopyTo(_before.AsSpan((int)place * elementSize));
            next += length * elementSize;
        }
    }

    /// <summary>Where the operand's elements lie in the buffer, in row-major order, neighbours together.</summary>
    private IEnumerable<(long Place, int Length)> Runs()
    {
        if (_sizes.Contains(0))
            yield break;
        int outer = _strides[^1] == 1 ? _sizes.Length - 1 : _sizes.Length;
        int length = _strides[^1] == 1 ? (int)_sizes[^1] : 1;
        long[] index = new long[outer];
        while (true)
        {
            long place = _offset;
            for (int i = 0; i < outer; i++)
                place += index[i] * _strides[i];
            yield return (place, length);

            int dimension = outer - 1;
            while (dimension >= 0 && ++index[dimension] == _sizes[dimension])
                index[dimension--] = 0;
            if (dimension < 0)
                yield break;
        }
    }
}
