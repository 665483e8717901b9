using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using AttentionGen.Cuda;
using Xunit;

namespace AttentionGen.Tests.Emulation;

/// <summary>
/// A CUDA device that is none: its driver and its NVRTC are a library that a C++ compiler makes of the Native folder, and kernels
/// run on the CPU, thread by thread. What is asked of it passes through the same code as on a GPU, from the compilation to the
/// launch. It says what a kernel computes, and stops at threads that wait for ever, at warps that part ways and at addresses
/// beyond shared memory; it says nothing of speed.
/// </summary>
internal static unsafe class EmulatedCuda
{
    private static readonly Lazy<Tools?> s_tools = new(Build);
    private static readonly Lazy<CudaDevice> s_device = new(Create);

    /// <summary>The device; skips the test where there is no C++ compiler for x86-64 Linux.</summary>
    public static CudaDevice Required
    {
        get
        {
            _ = Existing();
            return s_device.Value;
        }
    }

    /// <summary>A device more.</summary>
    public static CudaDevice Create()
    {
        Tools tools = Existing();
        return new CudaDevice(new CudaDriver(tools.Library, tools.File), tools.Cubins, 0, AttentionDevice.Cpu);
    }

    /// <summary>Makes threads take turns in another order, and copies in the background end at other times; 0: as they come.</summary>
    public static void SetSeed(ulong seed) =>
        ((delegate* unmanaged<ulong, void>)NativeLibrary.GetExport(Existing().Library, "emulationSetSeed"))(seed);

    /// <summary>How often a kernel has run, on any device.</summary>
    public static long Launches(string kernel)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(kernel + '\0'))
            return ((delegate* unmanaged<byte*, long>)NativeLibrary.GetExport(Existing().Library, "emulationLaunches"))(name);
    }

    private static Tools Existing()
    {
        Assert.SkipUnless(s_tools.Value is not null, "Needs g++ on x86-64 Linux, which compiles the kernels for the CPU.");
        return s_tools.Value!;
    }

    private static Tools? Build()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64 || Run("--version") != 0)
            return null;

        string sources = Path.Combine(AppContext.BaseDirectory, "Native"), folder = Path.Combine(AppContext.BaseDirectory, "emulated", HashOf(sources));
        string file = Path.Combine(folder, "libemulation.so");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(folder);
            string[] arguments =
            [
                "-std=c++17", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", $"-DEMULATION_FOLDER=\"{sources}\"",
                "-o", file + ".new", .. Directory.GetFiles(sources, "*.cpp"),
            ];
            Assert.Equal(0, Run(arguments));
            File.Move(file + ".new", file);
        }

        nint library = NativeLibrary.Load(file);
        Nvrtc compiler = new(library, file);
        return new Tools(library, file, new CubinCache(Path.Combine(folder, "kernels"), () => compiler));
    }

    private static int Run(params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new("g++") { RedirectStandardOutput = true };
            foreach (string argument in arguments)
                start.ArgumentList.Add(argument);
            using Process process = Process.Start(start)!;
            _ = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            return -1;
        }
    }

    // Part of the folder's name, so that what was compiled for another state of the emulation is not used.
    private static string HashOf(string folder)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
            hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private sealed record Tools(nint Library, string File, CubinCache Cubins);
}
