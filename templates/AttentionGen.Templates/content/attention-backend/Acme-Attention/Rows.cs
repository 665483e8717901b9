using AttentionGen;

namespace Acme.Attention;

/// <summary>The rows of a float32 tensor [tokens, heads, head size] in host memory, wherever its strides put them.</summary>
internal readonly unsafe struct Rows(TensorView tensor)
{
    private readonly float* _data = (float*)tensor.Data;
    private readonly long _tokenStride = tensor.IsDefined ? tensor.Stride(0) : 0;
    private readonly long _headStride = tensor.IsDefined ? tensor.Stride(1) : 0;
    private readonly int _headSize = tensor.IsDefined ? (int)tensor.Size(2) : 0;

    public Span<float> this[long token, int head] => new(_data + (token * _tokenStride) + (head * _headStride), _headSize);
}
