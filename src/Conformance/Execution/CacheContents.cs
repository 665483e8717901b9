using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Inputs;
using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.Conformance.Execution;

/// <summary>The bytes of a cache layer before a step, NaN wherever no token is, and after it as they must be.</summary>
internal sealed class CacheContents
{
    private readonly AttentionCase _case;
    private readonly byte[] _keys;
    private readonly byte[] _values;

    public CacheContents(CaseInputs inputs, PageTable pages)
    {
        _case = inputs.Case;
        int slots = pages.PageCount * _case.PageSize;
        _keys = Poison(slots * _case.KeyValueHeads * _case.HeadSize);
        _values = Poison(slots * _case.KeyValueHeads * _case.OutputHeadSize);
        for (int request = 0; request < _case.Requests.Length; request++)
        {
            RequestShape shape = _case.Requests[request];
            for (int key = 0; key < shape.Keys; key++)
            {
                int newKey = key - shape.Computed;
                if (newKey < 0 || CaseBatch.IsSkipped(_case, newKey))
                    Write(inputs, request, key, pages.SlotOf(request, key));
            }
        }
    }

    /// <summary>Writes what is there before the step; another layer of the cache gets NaN only.</summary>
    public void Fill(PagedKeyValueCache cache)
    {
        foreach (int layer in (int[])[0, 1])
        {
            Upload(layer == 1 ? _keys : Poison(_keys.Length / ElementSize), cache[layer].Keys);
            if (_case.Form == AttentionForm.MultiHead)
                Upload(layer == 1 ? _values : Poison(_values.Length / ElementSize), cache[layer].Values);
        }
    }

    /// <summary>Adds what the step stores.</summary>
    public void Store(CaseInputs inputs, PageTable pages)
    {
        for (int request = 0; request < _case.Requests.Length; request++)
        {
            RequestShape shape = _case.Requests[request];
            for (int key = shape.Computed; key < shape.Keys; key++)
                Write(inputs, request, key, pages.SlotOf(request, key));
        }
    }

    /// <summary>What differs from a cache's contents, in words; null where nothing does.</summary>
    public string? Differs(PagedKeyValueCache cache)
    {
        if (Difference(_keys, cache[1].Keys, _case.HeadSize) is { } key)
            return $"The cache's keys are not what they must be after the step: {key}.";
        if (_case.Form == AttentionForm.MultiHead && Difference(_values, cache[1].Values, _case.OutputHeadSize) is { } value)
            return $"The cache's values are not what they must be after the step: {value}.";
        return Difference(Poison(_keys.Length / ElementSize), cache[0].Keys, _case.HeadSize) is { } other
            ? $"Another layer's keys were written: {other}."
            : null;
    }

    private int ElementSize => ElementCodec.SizeOf(_case.EffectiveCacheType);

    private byte[] Poison(int elements)
    {
        byte[] bytes = new byte[elements * ElementSize];
        float[] nan = [float.NaN];
        ElementCodec.Encode(nan, _case.EffectiveCacheType, bytes);
        for (int i = ElementSize; i < bytes.Length; i++)
            bytes[i] = bytes[i - ElementSize];
        return bytes;
    }

    private void Write(CaseInputs inputs, int request, int key, long slot)
    {
        Write(inputs.Keys[request], key, slot, _case.HeadSize, _case.KeyScale, _keys);
        Write(inputs.Values[request], key, slot, _case.OutputHeadSize, _case.ValueScale, _values);
    }

    private void Write(float[] rows, int key, long slot, int size, float scale, byte[] cache)
    {
        int length = _case.KeyValueHeads * size;
        Span<float> row = rows.AsSpan(key * length, length);
        Span<byte> target = cache.AsSpan((int)slot * length * ElementSize, length * ElementSize);
        if (scale == 1)
        {
            ElementCodec.Encode(row, _case.EffectiveCacheType, target);
            return;
        }

        float[] stored = new float[length];
        for (int i = 0; i < length; i++)
            stored[i] = row[i] / scale;
        ElementCodec.Encode(stored, _case.EffectiveCacheType, target);
    }

    private void Upload(byte[] bytes, TensorView view)
    {
        using Tensor cache = LibtorchTensor.Borrow(view);
        using Tensor host = zeros(bytes.Length / ElementSize, dtype: cache.dtype);
        host.bytes = bytes;
        using Tensor shaped = host.view(cache.shape);
        cache.copy_(shaped);
    }

    private string? Difference(byte[] expected, TensorView view, int size)
    {
        using Tensor cache = LibtorchTensor.Borrow(view);
        using Tensor contiguous = cache.cpu().contiguous();
        Span<byte> actual = contiguous.bytes;
        int common = actual.CommonPrefixLength(expected);
        if (common == expected.Length)
            return null;

        int element = common / ElementSize, slot = element / (_case.KeyValueHeads * size);
        return $"slot {slot % _case.PageSize} of page {slot / _case.PageSize}, head {element / size % _case.KeyValueHeads}, element {element % size} "
            + $"holds 0x{Hexadecimal(actual, element)} instead of 0x{Hexadecimal(expected, element)}";
    }

    private string Hexadecimal(ReadOnlySpan<byte> bytes, int element)
    {
        byte[] one = bytes.Slice(element * ElementSize, ElementSize).ToArray();
        Array.Reverse(one);
        return Convert.ToHexString(one);
    }
}
