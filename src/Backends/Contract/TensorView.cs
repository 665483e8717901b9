using System.Diagnostics;
using System.Runtime.CompilerServices;
using AttentionGen.Libtorch;
using TorchSharp;

namespace AttentionGen;

/// <summary>
/// A borrowed view of a dense tensor of rank 1 to 4: where its elements are, of what type, and how they are laid out.
/// Making one from a <see cref="torch.Tensor"/> or a pointer allocates nothing. It is 96 bytes, so pass it by <c>in</c>.
/// </summary>
/// <remarks>
/// A view owns nothing. It refers to the tensor it came from, so that the garbage collector leaves that alone while the
/// view is in use; whoever reads <see cref="Data"/> calls <see cref="KeepAlive"/> after the last access. Disposing the
/// tensor, or changing its shape in place, makes the view invalid.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public readonly struct TensorView
{
    /// <summary>The highest rank that a view can have.</summary>
    public const int MaximumRank = 4;

    private readonly Extents _sizes;
    private readonly Extents _strides;
    private readonly byte _rank;
    private readonly byte _elementType;
    private readonly byte _device;
    private readonly short _deviceIndex;

    private TensorView(
        nint data, ElementType elementType, DeviceKind device, int deviceIndex,
        ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, nint atenHandle, object? owner)
    {
        Data = data;
        AtenHandle = atenHandle;
        Owner = owner;
        _rank = (byte)sizes.Length;
        _elementType = (byte)elementType;
        _device = (byte)device;
        _deviceIndex = (short)deviceIndex;
        for (int i = 0; i < sizes.Length; i++)
        {
            _sizes[i] = sizes[i];
            _strides[i] = strides[i];
        }
    }

    /// <summary>The address of the first element, on <see cref="Device"/>. 0 only when there are no elements.</summary>
    public nint Data { get; }

    /// <summary>libtorch's handle of the tensor (an <c>AtenTensorHandle</c>), or 0 when the memory is not libtorch's. Borrowed.</summary>
    public nint AtenHandle { get; }

    /// <summary>What keeps the memory: the tensor that the view came from, or null.</summary>
    public object? Owner { get; }

    /// <summary>The type of the elements.</summary>
    public ElementType ElementType => (ElementType)_elementType;

    /// <summary>The kind of device that holds the elements.</summary>
    public DeviceKind Device => (DeviceKind)_device;

    /// <summary>Which device of that kind; 0 for the CPU.</summary>
    public int DeviceIndex => _deviceIndex;

    /// <summary>The number of dimensions: 1 to 4, and 0 for the default value, which is a view of nothing.</summary>
    public int Rank => _rank;

    /// <summary>Whether this is a view of something: false for the default value.</summary>
    public bool IsDefined => _rank != 0;

    /// <summary>The number of elements.</summary>
    public long ElementCount
    {
        get
        {
            long count = _rank == 0 ? 0 : 1;
            for (int i = 0; i < _rank; i++)
                count *= _sizes[i];
            return count;
        }
    }

    /// <summary>Whether the elements lie in row-major order without gaps. Strides of dimensions of size 1 do not matter.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = _rank - 1; i >= 0; i--)
            {
                if (_sizes[i] == 0)
                    return true;
                if (_sizes[i] != 1 && _strides[i] != expected)
                    return ElementCount == 0;
                expected *= _sizes[i];
            }

            return true;
        }
    }

    /// <summary>Views a TorchSharp tensor, whose memory it borrows.</summary>
    /// <exception cref="ArgumentException">See <see cref="FromTensor"/>.</exception>
    public static implicit operator TensorView(torch.Tensor tensor) => FromTensor(tensor);

    /// <summary>Views a TorchSharp tensor, whose memory it borrows.</summary>
    /// <param name="tensor">A strided tensor of rank 1 to 4 whose element type is one of <see cref="AttentionGen.ElementType"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tensor"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The tensor is disposed, undefined, sparse or otherwise not strided, of another rank or element type, or on a device
    /// of another kind.
    /// </exception>
    public static TensorView FromTensor(torch.Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        StableAbi abi = LibtorchRuntime.Abi;
        if (tensor.IsInvalid)
            throw new ArgumentException("The tensor is disposed. Make the view while the tensor lives, and keep it while the view is used.", nameof(tensor));

        nint handle = tensor.Handle;
        if (!abi.IsDefined(handle))
            throw new ArgumentException("The tensor is undefined: it has neither shape nor memory.", nameof(tensor));
        ReadOnlySpan<long> sizes = abi.Sizes(handle);
        int dtype = abi.Dtype(handle), deviceCode = abi.DeviceType(handle);
        if (abi.Layout(handle) != AtenCodes.StridedLayout)
            throw new ArgumentException(NotDense(abi, handle), nameof(tensor));
        if (sizes.Length is 0 or > MaximumRank)
            throw new ArgumentException(WrongRank(abi, handle, sizes.Length), nameof(tensor));
        if (!AtenCodes.TryGetElementType(dtype, out ElementType elementType))
            throw new ArgumentException(WrongElementType(abi, handle, dtype), nameof(tensor));
        if (!AtenCodes.TryGetDevice(deviceCode, out DeviceKind device))
            throw new ArgumentException(WrongDevice(abi, handle), nameof(tensor));

        int deviceIndex = device == DeviceKind.Cpu ? 0 : abi.DeviceIndex(handle);
        TensorView view = new(
            abi.DataPointer(handle), elementType, device, deviceIndex, sizes, abi.Strides(handle, sizes.Length), handle, tensor);
        GC.KeepAlive(tensor);
        return view;
    }

    /// <summary>The same memory with elements of another type of the same size.</summary>
    internal TensorView As(ElementType elementType)
    {
        System.Diagnostics.Debug.Assert(elementType.SizeInBytes() == ElementType.SizeInBytes(), "Only types of one size share a memory.");
        return new TensorView(
            Data, elementType, Device, DeviceIndex, ((ReadOnlySpan<long>)_sizes)[.._rank], ((ReadOnlySpan<long>)_strides)[.._rank], AtenHandle, Owner);
    }

    /// <summary>Views memory that the caller owns and keeps in place while the view is used.</summary>
    /// <param name="data">The address of the first element, on <paramref name="device"/>.</param>
    /// <param name="elementType">The type of the elements.</param>
    /// <param name="device">The kind of device that holds them.</param>
    /// <param name="deviceIndex">Which device of that kind; 0 for the CPU.</param>
    /// <param name="sizes">One to four sizes, none negative.</param>
    /// <param name="strides">As many strides, in elements, none negative (0 repeats a row); empty for row-major without gaps.</param>
    /// <exception cref="ArgumentException">
    /// An argument is outside what is said above, <paramref name="data"/> is 0 though there are elements or not a multiple
    /// of the element size, or the extent in bytes overflows 64 bits.
    /// </exception>
    public static TensorView FromPointer(
        nint data, ElementType elementType, DeviceKind device, int deviceIndex, ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides = default)
    {
        if (sizes.Length is 0 or > MaximumRank)
            throw new ArgumentException($"{sizes.Length} sizes were given; a view has 1 to {MaximumRank} dimensions.", nameof(sizes));
        if (!strides.IsEmpty && strides.Length != sizes.Length)
            throw new ArgumentException($"{strides.Length} strides were given for {sizes.Length} sizes; give as many, or none for row-major order.", nameof(strides));
        if (!Enum.IsDefined(elementType))
            throw new ArgumentException($"{elementType} is not an element type.", nameof(elementType));
        if (!Enum.IsDefined(device))
            throw new ArgumentException($"{device} is not a device kind.", nameof(device));
        if (deviceIndex is < 0 or > short.MaxValue || (device == DeviceKind.Cpu && deviceIndex != 0))
            throw new ArgumentException($"There is no {device} device {deviceIndex}; indices begin at 0, and the CPU's is 0.", nameof(deviceIndex));
        foreach (long size in sizes)
        {
            if (size < 0)
                throw new ArgumentException($"A size is {size}; sizes must not be negative.", nameof(sizes));
        }

        foreach (long stride in strides)
        {
            if (stride < 0)
                throw new ArgumentException($"A stride is {stride}; strides must not be negative.", nameof(strides));
        }

        int elementSize = elementType.SizeInBytes();
        Extents given = default;
        Span<long> complete = ((Span<long>)given)[..sizes.Length];
        try
        {
            FillStrides(sizes, strides, complete);
            CheckExtent(sizes, complete, elementSize);
        }
        catch (OverflowException)
        {
            throw new ArgumentException("The elements would reach beyond 2^63 bytes; check the sizes and strides.", nameof(sizes));
        }

        bool isEmpty = sizes.Contains(0);
        if (data == 0 && !isEmpty)
            throw new ArgumentException("The address is 0, but there are elements.", nameof(data));
        if (data % elementSize != 0)
            throw new ArgumentException($"The address 0x{data:x} is not a multiple of the element size, {elementSize} bytes.", nameof(data));
        return new TensorView(data, elementType, device, deviceIndex, sizes, complete, atenHandle: 0, owner: null);
    }

    /// <summary>The size of a dimension.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public long Size(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)dimension, (uint)_rank, nameof(dimension));
        return _sizes[dimension];
    }

    /// <summary>How many elements lie between neighbours along a dimension.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public long Stride(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)dimension, (uint)_rank, nameof(dimension));
        return _strides[dimension];
    }

    /// <summary>Keeps the tensor that the view came from alive up to this call.</summary>
    public void KeepAlive() => GC.KeepAlive(Owner);

    /// <summary>Element type, shape and device, such as <c>bf16[12, 8, 64] on cuda:0</c>.</summary>
    public override string ToString() => _rank == 0
        ? "nothing"
        : TensorDescription.Of(ElementType, ((ReadOnlySpan<long>)_sizes)[.._rank], Device, DeviceIndex);

    private static void FillStrides(ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, Span<long> complete)
    {
        if (!strides.IsEmpty)
        {
            strides.CopyTo(complete);
            return;
        }

        long stride = 1;
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            complete[i] = stride;
            stride = checked(stride * Math.Max(sizes[i], 1));
        }
    }

    private static void CheckExtent(ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, int elementSize)
    {
        long last = 0, count = 1;
        for (int i = 0; i < sizes.Length; i++)
        {
            last = checked(last + Math.Max(sizes[i] - 1, 0) * strides[i]);
            count = checked(count * Math.Max(sizes[i], 1));
        }

        _ = checked((last + 1) * elementSize);
    }

    private static string NotDense(StableAbi abi, nint handle) =>
        $"The tensor {TensorDescription.Of(abi, handle)} is sparse or in a layout of its own; a view takes strided tensors. Call to_dense() first.";

    private static string WrongRank(StableAbi abi, nint handle, int rank) =>
        $"The tensor {TensorDescription.Of(abi, handle)} has {rank} dimensions; a view takes 1 to {MaximumRank}. Reshape it first.";

    private static string WrongElementType(StableAbi abi, nint handle, int dtype) =>
        $"The tensor {TensorDescription.Of(abi, handle)} has elements of type {TensorDescription.DtypeName(dtype)}; accepted are {string.Join(", ", Enum.GetNames<ElementType>())}. Convert it first.";

    private static string WrongDevice(StableAbi abi, nint handle) =>
        $"The tensor {TensorDescription.Of(abi, handle)} is on a device that a view does not take; accepted are {string.Join(", ", Enum.GetNames<DeviceKind>())}. Move it first.";

    [InlineArray(MaximumRank)]
    private struct Extents
    {
        private long _first;
    }
}
