using System.Numerics;

namespace AttentionGen.Flex;

/// <summary>A vector, or one number for all places.</summary>
internal readonly ref struct VectorOperand<T>
    where T : unmanaged
{
    private readonly ReadOnlySpan<T> _values;
    private readonly T _value;

    public VectorOperand(ReadOnlySpan<T> values) => _values = values;

    public VectorOperand(T value) => _value = value;

    /// <summary>Whether it is one number for all places.</summary>
    public bool IsScalar => _values.IsEmpty;

    /// <summary>The vector.</summary>
    public ReadOnlySpan<T> Values => _values;

    /// <summary>The one number.</summary>
    public T Value => _value;

    public T this[int index] => _values.IsEmpty ? _value : _values[index];

    public Vector<T> Vector(int start) => _values.IsEmpty ? new Vector<T>(_value) : new Vector<T>(_values[start..]);
}
