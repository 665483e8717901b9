using System.Text;

namespace AttentionGen.Cuda;

/// <summary>The kernels of one device: compiled, or read from the cache of cubins, when they are first asked for.</summary>
internal sealed unsafe class KernelCollection(CudaDevice device, CubinCache cubins)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, nint> _modules = [];
    private readonly Dictionary<(string Module, string EntryPoint), CudaKernel> _kernels = [];

    /// <summary>A kernel, loaded. Takes seconds where it has to be compiled; not in a capture.</summary>
    /// <param name="specification">The source and its macros.</param>
    /// <param name="entryPoint">The kernel's name in the source, declared <c>extern "C"</c>.</param>
    /// <exception cref="CudaUnavailableException">NVRTC is missing, or does not know the device's architecture.</exception>
    /// <exception cref="KernelCompilationException">The source does not compile; the exception has the log.</exception>
    /// <exception cref="CudaException">The driver does not take the kernel.</exception>
    public CudaKernel Load(KernelSpecification specification, string entryPoint)
    {
        lock (_gate)
        {
            if (_kernels.TryGetValue((specification.Identity, entryPoint), out CudaKernel? known))
                return known;
        }

        // Outside the lock, so that several may be compiled at once.
        byte[] cubin = cubins.GetOrCompile(specification, CudaArchitecture.Of(device.ComputeCapability));
        return Load(specification, entryPoint, cubin);
    }

    /// <summary>A kernel of a cubin, loaded.</summary>
    internal CudaKernel Load(KernelSpecification specification, string entryPoint, byte[] cubin)
    {
        string identity = specification.Identity;
        using ContextScope scope = device.Enter();
        lock (_gate)
        {
            if (_kernels.TryGetValue((identity, entryPoint), out CudaKernel? kernel))
                return kernel;
            if (!_modules.TryGetValue(identity, out nint module))
            {
                fixed (byte* image = cubin)
                    device.Check(device.Driver.ModuleLoadData(&module, image), $"cuModuleLoadData of {specification.Source}");
                _modules.Add(identity, module);
            }

            nint function;
            fixed (byte* name = Encoding.UTF8.GetBytes(entryPoint + '\0'))
                device.Check(device.Driver.ModuleGetFunction(&function, module, name), $"cuModuleGetFunction of {entryPoint} in {specification.Source}");
            kernel = new CudaKernel(device, entryPoint, module, function);
            _kernels.Add((identity, entryPoint), kernel);
            return kernel;
        }
    }
}
