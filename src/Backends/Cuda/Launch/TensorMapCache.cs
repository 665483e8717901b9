using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AttentionGen.Cuda;

/// <summary>
/// Tensor maps by what they describe. Making one takes a microsecond; finding one allocates nothing. Of one thread at a time.
/// </summary>
internal sealed unsafe class TensorMapCache
{
    public const int MaximumRank = 5;

    // As many as the layers of a large model have tensors; with more, operands move from step to step and are not worth keeping.
    private const int Capacity = 1024;

    private const int Alignment = 128;

    private readonly CudaDevice _device;
    private readonly Dictionary<Key, TensorMap> _maps = [];

    public TensorMapCache(CudaDevice device) => _device = device;

    /// <summary>The map of a tensor.</summary>
    /// <param name="data">The address, a multiple of 16.</param>
    /// <param name="type">The type of the elements.</param>
    /// <param name="dimensions">The dimensions, the innermost first: 1 to 5.</param>
    /// <param name="swizzle">How rows lie in shared memory.</param>
    /// <exception cref="CudaException">The driver refuses it: an address, a stride or a box is not what it takes.</exception>
    public ref readonly TensorMap Get(nint data, ElementType type, scoped ReadOnlySpan<TensorMapDimension> dimensions, TensorMapSwizzle swizzle)
    {
        Key key = new(data, type, dimensions, swizzle);
        if (_maps.Count >= Capacity && !_maps.ContainsKey(key))
            _maps.Clear();
        ref TensorMap map = ref CollectionsMarshal.GetValueRefOrAddDefault(_maps, key, out bool exists);
        if (!exists)
        {
            try
            {
                Encode(ref map, data, type, dimensions, swizzle);
            }
            catch
            {
                _maps.Remove(key);
                throw;
            }
        }

        return ref map;
    }

    private void Encode(ref TensorMap map, nint data, ElementType type, ReadOnlySpan<TensorMapDimension> dimensions, TensorMapSwizzle swizzle)
    {
        ulong* sizes = stackalloc ulong[MaximumRank];
        ulong* strides = stackalloc ulong[MaximumRank];
        uint* box = stackalloc uint[MaximumRank];
        uint* elementStrides = stackalloc uint[MaximumRank];
        for (int i = 0; i < dimensions.Length; i++)
        {
            sizes[i] = (ulong)dimensions[i].Size;
            if (i > 0)
                strides[i - 1] = (ulong)dimensions[i].Stride;
            box[i] = (uint)dimensions[i].Box;
            elementStrides[i] = 1;
        }

        byte* memory = stackalloc byte[(TensorMap.Words * sizeof(ulong)) + Alignment];
        ulong* aligned = (ulong*)(((nint)memory + Alignment - 1) & -Alignment);
        _device.Check(
            _device.Driver.TensorMapEncodeTiled(
                aligned, TypeCode(type), (uint)dimensions.Length, data, sizes, strides, box, elementStrides, 0, (int)swizzle, Promotion(dimensions), 0),
            "cuTensorMapEncodeTiled");
        new ReadOnlySpan<ulong>(aligned, TensorMap.Words).CopyTo(map);
    }

    // How much the level 2 cache fetches at a time: no more than lies side by side in a box. What is beside it is another head's, and
    // mostly gone again when that is read.
    private static int Promotion(ReadOnlySpan<TensorMapDimension> dimensions)
    {
        const int To64Bytes = 1, To128Bytes = 2, To256Bytes = 3;
        long bytes = dimensions[0].Box * dimensions[0].Stride;
        for (int found = 0; found >= 0;)
        {
            found = -1;
            for (int i = 1; i < dimensions.Length && found < 0; i++)
            {
                if (dimensions[i].Box > 1 && dimensions[i].Stride == bytes)
                    found = i;
            }

            if (found > 0)
                bytes *= dimensions[found].Box;
        }

        return bytes % 256 == 0 ? To256Bytes : bytes % 128 == 0 ? To128Bytes : To64Bytes;
    }

    private static int TypeCode(ElementType type) => type switch
    {
        ElementType.Float8E4M3 or ElementType.Float8E5M2 or ElementType.UInt8 or ElementType.Boolean => 0,
        ElementType.Int32 => 3,
        ElementType.Int64 => 5,
        ElementType.Float16 => 6,
        ElementType.Float32 => 7,
        ElementType.BFloat16 => 9,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type."),
    };

    private readonly record struct Key
    {
        private readonly nint _data;
        private readonly int _kind;
        private readonly Dimensions _dimensions;

        public Key(nint data, ElementType type, ReadOnlySpan<TensorMapDimension> dimensions, TensorMapSwizzle swizzle)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions.Length, MaximumRank);
            _data = data;
            _kind = ((int)type << 8) | ((int)swizzle << 4) | dimensions.Length;
            dimensions.CopyTo(_dimensions);
        }

        public bool Equals(Key other) =>
            _data == other._data && _kind == other._kind && ((ReadOnlySpan<TensorMapDimension>)_dimensions).SequenceEqual(other._dimensions);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.Add(_data);
            hash.Add(_kind);
            foreach (TensorMapDimension dimension in _dimensions)
                hash.Add(dimension);
            return hash.ToHashCode();
        }
    }

    [InlineArray(MaximumRank)]
    private struct Dimensions
    {
        private TensorMapDimension _first;
    }
}
