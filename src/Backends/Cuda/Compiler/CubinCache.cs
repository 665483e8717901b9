using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace AttentionGen.Cuda;

/// <summary>
/// Compiled kernels, in memory and in a folder. A file's name is the hash of all that its content depends on: source, headers,
/// macros, architecture and the compiler's version. It is written under another name and moved into place, and holds a hash of
/// its content, so that any number of processes may share the folder and a damaged file is only compiled again.
/// </summary>
internal sealed class CubinCache
{
    /// <summary>Part of every name; to be raised when the form of a file changes.</summary>
    private const string FormatVersion = "1";

    private static readonly Lazy<CubinCache> s_shared = new(static () => new CubinCache(FolderOfUser(), static () => NvrtcLibrary.Instance));

    private readonly ConcurrentDictionary<(string Identity, CudaArchitecture Architecture), Lazy<byte[]>> _compiled = [];
    private readonly string? _folder;
    private readonly Func<Nvrtc> _compiler;
    private int _compilations;

    /// <summary>Makes a cache.</summary>
    /// <param name="folder">The folder; null: nothing is kept on disk.</param>
    /// <param name="compiler">The compiler, asked for when the first kernel is.</param>
    public CubinCache(string? folder, Func<Nvrtc> compiler)
    {
        _folder = folder;
        _compiler = compiler;
    }

    /// <summary>The process's cache, in the user's folder.</summary>
    public static CubinCache Shared => s_shared.Value;

    /// <summary>How many kernels were compiled, and not found.</summary>
    public int Compilations => _compilations;

    /// <summary>A kernel's machine code.</summary>
    /// <param name="specification">The source and its macros.</param>
    /// <param name="architecture">The architecture.</param>
    /// <exception cref="CudaUnavailableException">NVRTC is missing, or does not know the architecture.</exception>
    /// <exception cref="KernelCompilationException">The source does not compile.</exception>
    public byte[] GetOrCompile(KernelSpecification specification, CudaArchitecture architecture)
    {
        (string Identity, CudaArchitecture) key = (specification.Identity, architecture);
        Lazy<byte[]> cubin = _compiled.GetOrAdd(key, _ => new Lazy<byte[]>(() => Find(specification, architecture)));
        try
        {
            return cubin.Value;
        }
        catch
        {
            // So that it is tried again when what was missing is there.
            _compiled.TryRemove(new(key, cubin));
            throw;
        }
    }

    /// <summary>The file that keeps a kernel; null where nothing is kept.</summary>
    internal string? PathOf(KernelSpecification specification, CudaArchitecture architecture) =>
        _folder is null ? null : Path.Combine(_folder, NameOf(specification, architecture, _compiler().Version) + ".cubin");

    /// <summary>The hash of all that the machine code depends on.</summary>
    internal static string NameOf(KernelSpecification specification, CudaArchitecture architecture, Version compiler)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        Add(FormatVersion);
        Add(compiler.ToString());
        foreach (string option in Nvrtc.OptionsFor(architecture))
            Add(option);
        foreach (string definition in specification.Definitions)
            Add(definition);
        Add(specification.Code.Text);
        foreach ((string name, string text) in specification.Code.Headers)
        {
            Add(name);
            Add(text);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // A user without a folder compiles in every process.
    private static string? FolderOfUser()
    {
        try
        {
            return CacheDirectory.ForUser().PathOf("cubins");
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private byte[] Find(KernelSpecification specification, CudaArchitecture architecture)
    {
        string? path = PathOf(specification, architecture);
        if (path is not null && TryRead(path) is { } kept)
            return kept;

        byte[] cubin = _compiler().Compile(specification, architecture).Cubin;
        Interlocked.Increment(ref _compilations);
        if (path is not null)
            TryWrite(path, cubin);
        return cubin;
    }

    private static byte[]? TryRead(string path)
    {
        try
        {
            byte[] file = File.ReadAllBytes(path);
            const int HashLength = SHA256.HashSizeInBytes;
            return file.Length > HashLength && SHA256.HashData(file.AsSpan(HashLength)).AsSpan().SequenceEqual(file.AsSpan(0, HashLength))
                ? file[HashLength..]
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // A folder that cannot be written costs the next process a compilation, and this one nothing.
    private static void TryWrite(string path, byte[] cubin)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            CreateFolder(Path.GetDirectoryName(path)!);
            using (FileStream file = new(temporary, FileMode.CreateNew))
            {
                file.Write(SHA256.HashData(cubin));
                file.Write(cubin);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    // For the user alone: others of the machine must not be able to exchange what is about to run.
    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
