using System.Text;

namespace AttentionGen.Cuda;

/// <summary>A kernel, loaded on one device. It lives as long as the process does.</summary>
internal sealed unsafe class CudaKernel
{
    private const int MaxDynamicSharedMemoryAttribute = 8;
    private const int RegistersAttribute = 4;
    private const int LocalBytesAttribute = 3;
    private const int MaxThreadsAttribute = 0;

    private readonly Lock _gate = new();
    private readonly nint _module;
    private readonly nint _function;
    private int _sharedMemory = 48 << 10;

    public CudaKernel(CudaDevice device, string name, nint module, nint function)
    {
        Device = device;
        Name = name;
        _module = module;
        _function = function;
    }

    /// <summary>The device that it is loaded on.</summary>
    public CudaDevice Device { get; }

    /// <summary>Its name in the source.</summary>
    public string Name { get; }

    /// <summary>The registers of a thread.</summary>
    public int Registers => Attribute(RegistersAttribute);

    /// <summary>The bytes of local memory of a thread: spilled registers, and arrays that are not in registers.</summary>
    public int LocalBytes => Attribute(LocalBytesAttribute);

    /// <summary>The number of threads that a block may have.</summary>
    public int MaxThreads => Attribute(MaxThreadsAttribute);

    /// <summary>
    /// Allows launches with so many bytes of dynamic shared memory, which over 48 KiB has to be asked for. Not in a capture.
    /// </summary>
    /// <exception cref="CudaException">The device has not so much.</exception>
    public CudaKernel WithSharedMemory(int bytes)
    {
        using ContextScope scope = Device.Enter();
        lock (_gate)
        {
            if (bytes > _sharedMemory)
            {
                Device.Check(Device.Driver.FunctionSetAttribute(_function, MaxDynamicSharedMemoryAttribute, bytes), "cuFuncSetAttribute", this);
                _sharedMemory = bytes;
            }
        }

        return this;
    }

    /// <summary>A number that the source says of itself: an <c>extern "C" __device__ int</c>. Waits for the device.</summary>
    /// <exception cref="CudaException">There is none of that name.</exception>
    public int Constant(string name)
    {
        using ContextScope scope = Device.Enter();
        nint address;
        nuint size;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
            Device.Check(Device.Driver.ModuleGetGlobal(&address, &size, _module, text), $"cuModuleGetGlobal of {name}");
        int value;
        Device.Check(Device.Driver.CopyDeviceToHost(&value, address, sizeof(int)), $"cuMemcpyDtoH of {name}");
        return value;
    }

    /// <summary>How many blocks of a shape a multiprocessor holds at once.</summary>
    /// <exception cref="CudaException">The driver refuses the question.</exception>
    public int BlocksPerMultiprocessor(int threads, int sharedMemory)
    {
        using ContextScope scope = Device.Enter();
        int blocks;
        Device.Check(
            Device.Driver.MaxActiveBlocksPerMultiprocessor(&blocks, _function, threads, (nuint)sharedMemory),
            "cuOccupancyMaxActiveBlocksPerMultiprocessor", this);
        return blocks;
    }

    /// <summary>Launches the kernel. Allocates nothing, and returns before the kernel has run.</summary>
    /// <typeparam name="TParameters">The kernel's one parameter, as it lies in memory in the source.</typeparam>
    /// <param name="shape">The blocks.</param>
    /// <param name="parameters">The parameter, copied.</param>
    /// <param name="stream">The stream.</param>
    /// <exception cref="CudaException">The launch was refused, or a kernel before it failed.</exception>
    public void Launch<TParameters>(in LaunchShape shape, in TParameters parameters, nint stream)
        where TParameters : unmanaged
    {
        LaunchAttribute* attributes = stackalloc LaunchAttribute[2];
        uint count = 0;
        if (shape.Cluster > 1)
            attributes[count++] = LaunchAttribute.Cluster(shape.Cluster);
        if (shape.OverlapsPrevious)
            attributes[count++] = LaunchAttribute.ProgrammaticSerialisation;
        LaunchConfiguration configuration = new()
        {
            GridX = (uint)shape.Grid,
            GridY = (uint)shape.GridY,
            GridZ = (uint)shape.GridZ,
            BlockX = (uint)shape.Threads,
            BlockY = 1,
            BlockZ = 1,
            SharedMemory = (uint)shape.SharedMemory,
            Stream = stream,
            Attributes = attributes,
            AttributeCount = count,
        };
        using ContextScope scope = Device.Enter();
        fixed (TParameters* pointer = &parameters)
        {
            void* argument = pointer;
            Device.Check(Device.Driver.LaunchKernel(&configuration, _function, &argument, null), "cuLaunchKernelEx", this);
        }

        Device.Launched(this);
    }

    private int Attribute(int attribute)
    {
        int value;
        Device.Check(Device.Driver.FunctionGetAttribute(&value, attribute, _function), "cuFuncGetAttribute", this);
        return value;
    }
}
