using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AttentionGen.Libtorch;

/// <summary>
/// libtorch's C interface: functions that take handles and return an error code, and let no C++ exception out
/// (torch/csrc/inductor/aoti_torch/c/shim.h and torch/csrc/stable/c/shim.h of PyTorch, stable from 2.10). Resolved
/// from the library that was loaded, so that no later search by name can find another one; the same under JIT, NativeAOT
/// and on Windows.
/// </summary>
/// <remarks>
/// A failing function writes its message to the standard error stream, where 2.10 gives no way to keep it from or to
/// read it back (<c>torch_exception_get_what</c> came with 2.13).
/// The trivial getters are called without a GC transition: they take nanoseconds and no lock.
/// </remarks>
internal sealed unsafe class StableAbi
{
    private readonly delegate* unmanaged<nint, nint*, int> _newHandle;
    private readonly delegate* unmanaged<nint, int> _deleteTensor;
    private readonly delegate* unmanaged<nint, long, long*, long*, long, int, int, int, nint*, int> _fromBlob;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, byte*, int> _isDefined;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, nint*, int> _dataPointer;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, long*, int> _rank;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, long**, int> _sizes;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, long**, int> _strides;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, int*, int> _dtype;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, int*, int> _layout;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, int*, int> _deviceType;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, int*, int> _deviceIndex;
    private readonly delegate* unmanaged<byte*, byte*, ulong*, int> _callDispatcher;
    private readonly delegate* unmanaged<nuint, nint*, int> _newList;
    private readonly delegate* unmanaged<nint, ulong, int> _listPushBack;
    private readonly delegate* unmanaged<nint, int> _deleteList;
    private readonly delegate* unmanaged<ulong**, int> _newSlot;
    private readonly delegate* unmanaged<byte*, byte*, uint, nint*, int> _newLibraryFragment;
    private readonly delegate* unmanaged<nint, byte*, int> _defineOperator;
    private readonly delegate* unmanaged<nint, int> _deleteLibrary;
    private readonly delegate* unmanaged<int, nint*, int> _currentCudaStream;
    private readonly delegate* unmanaged<nint, int, nint*, int> _newCudaStreamGuard;
    private readonly delegate* unmanaged<nint, int> _deleteCudaStreamGuard;
    private readonly nint _torchCuda;

    /// <summary>Resolves the functions.</summary>
    /// <param name="torchCpu">The loaded torch_cpu.</param>
    /// <param name="torchCuda">The loaded torch_cuda, or 0 for a CPU build.</param>
    /// <param name="directory">Where they were loaded from, for the message when a function is absent.</param>
    /// <exception cref="LibtorchLoadException">A function is absent: libtorch is older than 2.10.</exception>
    public StableAbi(nint torchCpu, nint torchCuda, string directory)
    {
        nint Required(string name) => NativeLibrary.TryGetExport(torchCpu, name, out nint address)
            ? address
            : throw new LibtorchLoadException(LibtorchLoadFailure.TooOld, LibtorchMessages.TooOld(directory, name));

        _newHandle = (delegate* unmanaged<nint, nint*, int>)Required("aoti_torch_new_tensor_handle");
        _deleteTensor = (delegate* unmanaged<nint, int>)Required("aoti_torch_delete_tensor_object");
        _fromBlob = (delegate* unmanaged<nint, long, long*, long*, long, int, int, int, nint*, int>)Required("aoti_torch_create_tensor_from_blob");
        _isDefined = (delegate* unmanaged[SuppressGCTransition]<nint, byte*, int>)Required("aoti_torch_is_defined");
        _dataPointer = (delegate* unmanaged[SuppressGCTransition]<nint, nint*, int>)Required("aoti_torch_get_data_ptr");
        _rank = (delegate* unmanaged[SuppressGCTransition]<nint, long*, int>)Required("aoti_torch_get_dim");
        _sizes = (delegate* unmanaged[SuppressGCTransition]<nint, long**, int>)Required("aoti_torch_get_sizes");
        _strides = (delegate* unmanaged[SuppressGCTransition]<nint, long**, int>)Required("aoti_torch_get_strides");
        _dtype = (delegate* unmanaged[SuppressGCTransition]<nint, int*, int>)Required("aoti_torch_get_dtype");
        _layout = (delegate* unmanaged[SuppressGCTransition]<nint, int*, int>)Required("aoti_torch_get_layout");
        _deviceType = (delegate* unmanaged[SuppressGCTransition]<nint, int*, int>)Required("aoti_torch_get_device_type");
        _deviceIndex = (delegate* unmanaged[SuppressGCTransition]<nint, int*, int>)Required("aoti_torch_get_device_index");
        _callDispatcher = (delegate* unmanaged<byte*, byte*, ulong*, int>)Required("aoti_torch_call_dispatcher");
        _newList = (delegate* unmanaged<nuint, nint*, int>)Required("torch_new_list_reserve_size");
        _listPushBack = (delegate* unmanaged<nint, ulong, int>)Required("torch_list_push_back");
        _deleteList = (delegate* unmanaged<nint, int>)Required("torch_delete_list");
        _newLibraryFragment = (delegate* unmanaged<byte*, byte*, uint, nint*, int>)Required("aoti_torch_library_init_fragment");
        _defineOperator = (delegate* unmanaged<nint, byte*, int>)Required("aoti_torch_library_def");
        _deleteLibrary = (delegate* unmanaged<nint, int>)Required("aoti_torch_delete_library_object");

        // Since 2.13 libtorch allocates these itself; before, its own headers have the caller's operator new do it.
        if (NativeLibrary.TryGetExport(torchCpu, "torch_new_stable_ivalue", out nint newSlot))
            _newSlot = (delegate* unmanaged<ulong**, int>)newSlot;
        _torchCuda = torchCuda;
        if (torchCuda != 0 && NativeLibrary.TryGetExport(torchCuda, "aoti_torch_get_current_cuda_stream", out nint stream))
            _currentCudaStream = (delegate* unmanaged<int, nint*, int>)stream;
        if (torchCuda != 0
            && NativeLibrary.TryGetExport(torchCuda, "aoti_torch_create_cuda_stream_guard", out nint newGuard)
            && NativeLibrary.TryGetExport(torchCuda, "aoti_torch_delete_cuda_stream_guard", out nint deleteGuard))
        {
            _newCudaStreamGuard = (delegate* unmanaged<nint, int, nint*, int>)newGuard;
            _deleteCudaStreamGuard = (delegate* unmanaged<nint, int>)deleteGuard;
        }

        var version = (delegate* unmanaged<ulong>)Required("aoti_torch_abi_version");
        ulong packed = version();
        Version = new Version((int)(packed >> 56), (int)(packed >> 48 & 0xff), (int)(packed >> 40 & 0xff));
    }

    /// <summary>libtorch's version.</summary>
    public Version Version { get; }

    /// <summary>Whether <see cref="CurrentCudaStream"/> can be asked.</summary>
    public bool HasCudaStreams => _currentCudaStream is not null;

    /// <summary>A new owning handle to the same tensor.</summary>
    public nint NewHandle(nint tensor)
    {
        nint handle;
        Check(_newHandle(tensor, &handle), "aoti_torch_new_tensor_handle");
        return handle;
    }

    /// <summary>A new owning handle to a tensor over memory that stays its owner's.</summary>
    public nint FromBlob(nint data, ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, int dtype, int deviceType, int deviceIndex)
    {
        nint handle;
        fixed (long* sizesPointer = sizes, stridesPointer = strides)
        {
            Check(
                _fromBlob(data, sizes.Length, sizesPointer, stridesPointer, 0, dtype, deviceType, deviceIndex, &handle),
                "aoti_torch_create_tensor_from_blob");
        }

        return handle;
    }

    /// <summary>Gives an owning handle back.</summary>
    public void DeleteTensor(nint tensor) => _deleteTensor(tensor);

    public bool IsDefined(nint tensor)
    {
        byte value;
        return _isDefined(tensor, &value) == 0 && value != 0;
    }

    /// <summary>The address of the first element, storage offset applied; null when the tensor has no memory.</summary>
    public nint DataPointer(nint tensor)
    {
        nint value;
        Check(_dataPointer(tensor, &value), "aoti_torch_get_data_ptr");
        return value;
    }

    /// <summary>The sizes, valid as long as the tensor lives and keeps its shape.</summary>
    public ReadOnlySpan<long> Sizes(nint tensor)
    {
        long rank;
        long* sizes;
        Check(_rank(tensor, &rank), "aoti_torch_get_dim");
        Check(_sizes(tensor, &sizes), "aoti_torch_get_sizes");
        return new ReadOnlySpan<long>(sizes, (int)rank);
    }

    /// <summary>The strides in elements, as many as there are <see cref="Sizes"/>.</summary>
    public ReadOnlySpan<long> Strides(nint tensor, int rank)
    {
        long* strides;
        Check(_strides(tensor, &strides), "aoti_torch_get_strides");
        return new ReadOnlySpan<long>(strides, rank);
    }

    /// <summary>The element type, as one of <see cref="AtenCodes"/>.</summary>
    public int Dtype(nint tensor)
    {
        int value;
        Check(_dtype(tensor, &value), "aoti_torch_get_dtype");
        return value;
    }

    /// <summary>The layout, as one of <see cref="AtenCodes"/>.</summary>
    public int Layout(nint tensor)
    {
        int value;
        Check(_layout(tensor, &value), "aoti_torch_get_layout");
        return value;
    }

    /// <summary>The device type, as one of <see cref="AtenCodes"/>.</summary>
    public int DeviceType(nint tensor)
    {
        int value;
        Check(_deviceType(tensor, &value), "aoti_torch_get_device_type");
        return value;
    }

    public int DeviceIndex(nint tensor)
    {
        int value;
        Check(_deviceIndex(tensor, &value), "aoti_torch_get_device_index");
        return value;
    }

    /// <summary>Calls an operator by name; arguments in, results out from slot 0. Returns false when it failed.</summary>
    public bool TryCallDispatcher(byte* name, byte* overload, ulong* stack) => _callDispatcher(name, overload, stack) == 0;

    public nint NewIntegerList(ReadOnlySpan<long> values)
    {
        nint list;
        Check(_newList((nuint)values.Length, &list), "torch_new_list_reserve_size");
        foreach (long value in values)
            Check(_listPushBack(list, (ulong)value), "torch_list_push_back");
        return list;
    }

    public void DeleteList(nint list) => _deleteList(list);

    /// <summary>A slot on the native heap, for an optional argument that is present. The operator called frees it.</summary>
    public nint NewSlot(ulong value)
    {
        ulong* slot;
        if (_newSlot is null)
            slot = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        else
            Check(_newSlot(&slot), "torch_new_stable_ivalue");
        *slot = value;
        return (nint)slot;
    }

    /// <summary>Frees a slot that no operator took.</summary>
    public static void DeleteSlot(nint slot) => NativeMemory.Free((void*)slot);

    /// <summary>
    /// Whether an operator of this name exists. The interface has no such question, so an operator of the same name is
    /// registered for a moment: libtorch refuses a name that is taken. It complains on standard error as it does, hence
    /// only to be asked after a call failed.
    /// </summary>
    public bool IsRegistered(string name, string overload)
    {
        int separator = name.IndexOf("::", StringComparison.Ordinal);
        string space = name[..separator];
        string schema = $"{name[(separator + 2)..]}{(overload.Length > 0 ? "." : "")}{overload}() -> ()";
        using Utf8Text spaceText = new(space), schemaText = new(schema), file = new("AttentionGen");
        nint library;
        if (_newLibraryFragment(spaceText.Pointer, file.Pointer, 1, &library) != 0)
            return true;
        bool taken = _defineOperator(library, schemaText.Pointer) != 0;
        _deleteLibrary(library);
        return taken;
    }

    /// <summary>
    /// One of the C functions that PyTorch generates for operators on CUDA (torch/csrc/inductor/aoti_torch/generated/c_shim_cuda.h).
    /// </summary>
    /// <exception cref="InvalidOperationException">libtorch is a CPU build, or has no such function.</exception>
    public nint CudaFunction(string name) => _torchCuda != 0 && NativeLibrary.TryGetExport(_torchCuda, name, out nint address)
        ? address
        : throw new InvalidOperationException($"{name} was asked for, but the libtorch in use has no such function. It comes with libtorch 2.10 and later built for CUDA.");

    /// <summary>The <c>cudaStream_t</c> that libtorch's operators run on, on this thread and the given device.</summary>
    /// <exception cref="InvalidOperationException">libtorch is a CPU build, or refuses the device.</exception>
    public nint CurrentCudaStream(int deviceIndex)
    {
        if (_currentCudaStream is null)
        {
            throw new InvalidOperationException(
                "The current CUDA stream was asked for, but the libtorch in use is a CPU build. Load one built for CUDA: LibtorchRuntime.Load(new LibtorchOptions { Device = DeviceKind.Cuda }).");
        }

        nint stream;
        Check(_currentCudaStream(deviceIndex, &stream), "aoti_torch_get_current_cuda_stream");
        return stream;
    }

    /// <summary>Makes a stream the calling thread's current one of a device, until the guard is deleted on the same thread.</summary>
    /// <exception cref="InvalidOperationException">libtorch is a CPU build, or refuses the device.</exception>
    public nint NewCudaStreamGuard(nint stream, int deviceIndex)
    {
        if (_newCudaStreamGuard is null)
        {
            throw new InvalidOperationException(
                "Another current CUDA stream was asked for, but the libtorch in use is a CPU build. Load one built for CUDA: LibtorchRuntime.Load(new LibtorchOptions { Device = DeviceKind.Cuda }).");
        }

        nint guard;
        Check(_newCudaStreamGuard(stream, deviceIndex, &guard), "aoti_torch_create_cuda_stream_guard");
        return guard;
    }

    public void DeleteCudaStreamGuard(nint guard) => _deleteCudaStreamGuard(guard);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Check(int code, string function)
    {
        if (code != 0)
            Throw(function);
    }

    private static void Throw(string function) =>
        throw new InvalidOperationException($"libtorch's {function} failed; its own message went to the standard error stream.");

    private readonly ref struct Utf8Text(string text) : IDisposable
    {
        public byte* Pointer { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(text);

        public void Dispose() => Marshal.FreeCoTaskMem((nint)Pointer);
    }
}
