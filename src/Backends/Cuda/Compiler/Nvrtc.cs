using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace AttentionGen.Cuda;

/// <summary>NVRTC, NVIDIA's run-time compiler: CUDA C++ to machine code, with no GPU, no headers and no other tool.</summary>
internal sealed unsafe class Nvrtc
{
    private const int Success = 0;
    private const int CompilationError = 6;
    private static readonly Version s_minimumVersion = new(12, 0);

    private readonly delegate* unmanaged<int, byte*> _errorString;
    private readonly delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int> _createProgram;
    private readonly delegate* unmanaged<nint*, int> _destroyProgram;
    private readonly delegate* unmanaged<nint, int, byte**, int> _compileProgram;
    private readonly delegate* unmanaged<nint, nuint*, int> _logSize;
    private readonly delegate* unmanaged<nint, byte*, int> _log;
    private readonly delegate* unmanaged<nint, nuint*, int> _cubinSize;
    private readonly delegate* unmanaged<nint, byte*, int> _cubin;

    /// <summary>Resolves the functions of a loaded library.</summary>
    /// <param name="library">The library.</param>
    /// <param name="file">Where it came from, for messages.</param>
    /// <exception cref="CudaUnavailableException">It is not NVRTC, or too old.</exception>
    public Nvrtc(nint library, string file)
    {
        nint Required(string name) => NativeLibrary.TryGetExport(library, name, out nint address)
            ? address
            : throw new CudaUnavailableException($"{file} has no {name}. The kernels need NVRTC {s_minimumVersion} or newer.");

        File = file;
        int major, minor;
        Check(((delegate* unmanaged<int*, int*, int>)Required("nvrtcVersion"))(&major, &minor), "nvrtcVersion");
        Version = new Version(major, minor);
        if (Version < s_minimumVersion)
            throw new CudaUnavailableException($"{file} is NVRTC {Version}. The kernels need {s_minimumVersion} or newer: use a libtorch built for CUDA 12 or newer.");

        _errorString = (delegate* unmanaged<int, byte*>)Required("nvrtcGetErrorString");
        _createProgram = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)Required("nvrtcCreateProgram");
        _destroyProgram = (delegate* unmanaged<nint*, int>)Required("nvrtcDestroyProgram");
        _compileProgram = (delegate* unmanaged<nint, int, byte**, int>)Required("nvrtcCompileProgram");
        _logSize = (delegate* unmanaged<nint, nuint*, int>)Required("nvrtcGetProgramLogSize");
        _log = (delegate* unmanaged<nint, byte*, int>)Required("nvrtcGetProgramLog");
        _cubinSize = (delegate* unmanaged<nint, nuint*, int>)Required("nvrtcGetCUBINSize");
        _cubin = (delegate* unmanaged<nint, byte*, int>)Required("nvrtcGetCUBIN");

        var count = (delegate* unmanaged<int*, int>)Required("nvrtcGetNumSupportedArchs");
        var list = (delegate* unmanaged<int*, int>)Required("nvrtcGetSupportedArchs");
        int number;
        Check(count(&number), "nvrtcGetNumSupportedArchs");
        int[] capabilities = new int[number];
        fixed (int* pointer = capabilities)
            Check(list(pointer), "nvrtcGetSupportedArchs");
        ComputeCapabilities = [.. capabilities];
    }

    /// <summary>The library's file, or the name by which the loader found it.</summary>
    public string File { get; }

    /// <summary>NVRTC's version.</summary>
    public Version Version { get; }

    /// <summary>The compute capabilities that it knows.</summary>
    public ImmutableArray<int> ComputeCapabilities { get; }

    /// <summary>The options for an architecture, before the macros.</summary>
    public static ImmutableArray<string> OptionsFor(CudaArchitecture architecture) =>
        [$"--gpu-architecture={architecture.Name}", "-std=c++17", "-default-device"];

    /// <summary>Compiles a source.</summary>
    /// <param name="specification">The source and its macros.</param>
    /// <param name="architecture">The architecture.</param>
    /// <param name="reportsResources">Whether the log shall say how many registers are used and spilled.</param>
    /// <exception cref="CudaUnavailableException">This NVRTC does not know the architecture.</exception>
    /// <exception cref="KernelCompilationException">The source does not compile.</exception>
    public CompiledKernel Compile(KernelSpecification specification, CudaArchitecture architecture, bool reportsResources = false)
    {
        if (!ComputeCapabilities.Contains(architecture.ComputeCapability))
        {
            throw new CudaUnavailableException(
                $"NVRTC {Version} ({File}) does not know {architecture}. It knows {string.Join(", ", ComputeCapabilities.Select(static capability => string.Create(CultureInfo.InvariantCulture, $"sm_{capability}")))}. Use a libtorch built for a newer CUDA.");
        }

        KernelSource source = specification.Code;
        using NativeTexts text = new([source.Text, source.Name]);
        using NativeTexts headers = new([.. source.Headers.Select(static header => header.Text)]);
        using NativeTexts names = new([.. source.Headers.Select(static header => header.Name)]);
        using NativeTexts options = new([.. OptionsFor(architecture), .. specification.Definitions, .. reportsResources ? ["--ptxas-options=-v"] : Array.Empty<string>()]);
        nint program;
        Check(_createProgram(&program, text.Pointers[0], text.Pointers[1], names.Count, headers.Pointers, names.Pointers), "nvrtcCreateProgram");
        try
        {
            int code = _compileProgram(program, options.Count, options.Pointers);
            string log = LogOf(program);
            if (code != Success)
            {
                throw new KernelCompilationException(
                    $"{specification} does not compile for {architecture} with NVRTC {Version} ({File}){(code == CompilationError ? "" : $": {ErrorText(code)}")}. This is a defect of AttentionGen or of its use with this NVRTC; please report it with the log:\n{log}", log);
            }

            nuint size;
            Check(_cubinSize(program, &size), "nvrtcGetCUBINSize");
            byte[] cubin = new byte[size];
            fixed (byte* pointer = cubin)
                Check(_cubin(program, pointer), "nvrtcGetCUBIN");
            return new CompiledKernel(cubin, log);
        }
        finally
        {
            _destroyProgram(&program);
        }
    }

    private string LogOf(nint program)
    {
        nuint size;
        Check(_logSize(program, &size), "nvrtcGetProgramLogSize");
        byte[] log = new byte[size + 1];
        fixed (byte* pointer = log)
            Check(_log(program, pointer), "nvrtcGetProgramLog");
        return Encoding.UTF8.GetString(log).TrimEnd('\0', '\n');
    }

    private void Check(int code, string call)
    {
        if (code != Success)
            throw new CudaUnavailableException($"{call} of {File} failed: {ErrorText(code)}.");
    }

    private string ErrorText(int code) => _errorString is null
        ? string.Create(CultureInfo.InvariantCulture, $"error {code}")
        : Marshal.PtrToStringUTF8((nint)_errorString(code))!;

    private sealed class NativeTexts : IDisposable
    {
        public NativeTexts(string[] texts)
        {
            Count = texts.Length;
            Pointers = (byte**)NativeMemory.AllocZeroed((nuint)Math.Max(1, texts.Length), (nuint)sizeof(byte*));
            for (int i = 0; i < texts.Length; i++)
                Pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        }

        public int Count { get; }

        public byte** Pointers { get; }

        public void Dispose()
        {
            for (int i = 0; i < Count; i++)
                Marshal.FreeCoTaskMem((nint)Pointers[i]);
            NativeMemory.Free(Pointers);
        }
    }
}
