namespace AttentionGen.Libtorch;

/// <summary>
/// Loads libtorch and TorchSharp's native library into the process, once, from the first place that has them
/// (docs/libtorch.md lists the places). Call <see cref="Load"/> before the first use of TorchSharp; whatever in
/// AttentionGen needs libtorch calls it too.
/// </summary>
public static class LibtorchRuntime
{
    private static readonly Lock s_gate = new();
    private static volatile LoadedRuntime? s_loaded;

    /// <summary>What is loaded, or <see langword="null"/> before the first successful <see cref="Load"/>.</summary>
    public static LibtorchInstallation? Installation => s_loaded?.Installation;

    /// <summary>libtorch's C functions; loads libtorch by the default options when that has not been done.</summary>
    internal static StableAbi Abi => (s_loaded ?? LoadRuntime(null)).Abi;

    /// <summary>
    /// Loads libtorch, or returns what is loaded. May be called from any thread, any number of times; after a failure it
    /// may be called again with other options.
    /// </summary>
    /// <param name="options">Where to look and what for; <see langword="null"/> takes whatever is loaded, or the defaults.</param>
    /// <returns>What was loaded, and from where.</returns>
    /// <exception cref="LibtorchLoadException">
    /// It could not be loaded, or something else is loaded already; <see cref="LibtorchLoadException.Failure"/> tells which,
    /// the message what to do.
    /// </exception>
    /// <exception cref="ArgumentException"><see cref="LibtorchOptions.Device"/> is neither CPU nor CUDA.</exception>
    public static LibtorchInstallation Load(LibtorchOptions? options = null) => LoadRuntime(options).Installation;

    /// <summary>
    /// How many CUDA devices this process may use: 0 without an NVIDIA driver. Asks the driver, not libtorch, so it never
    /// throws, needs nothing loaded, and says nothing of whether the libtorch at hand is built for CUDA.
    /// </summary>
    public static int CudaDeviceCount => CudaDriverProbe.Query().DeviceCount;

    /// <summary>Completes the description of a device of this machine, so that backends can be selected for it.</summary>
    /// <param name="device">The device, by kind and index.</param>
    /// <returns>The same device; a CUDA device with its compute capability.</returns>
    /// <exception cref="LibtorchLoadException">It is a CUDA device, and this machine has no driver or no device of that index.</exception>
    public static AttentionDevice Describe(AttentionDevice device)
    {
        if (device.Kind != DeviceKind.Cuda)
            return device;

        RequireCudaDevice();
        int count = CudaDeviceCount;
        if (device.Index >= count)
            throw new LibtorchLoadException(LibtorchLoadFailure.NoDevice, LibtorchMessages.NoSuchDevice(device.Index, count));

        return device with { ComputeCapability = CudaDriverProbe.ComputeCapability(device.Index) };
    }

    /// <summary>
    /// The device and the software over it, by which findings and measurements are kept. Loads libtorch for the device where
    /// that has not been done.
    /// </summary>
    /// <param name="device">The device, by kind and index.</param>
    /// <exception cref="LibtorchLoadException">libtorch cannot be loaded for the device, or the device is not there.</exception>
    /// <exception cref="ArgumentException">The device is neither the CPU nor a CUDA device.</exception>
    public static DeviceEnvironment EnvironmentOf(AttentionDevice device)
    {
        LibtorchInstallation installation = Load(new LibtorchOptions { Device = device.Kind });
        bool isCuda = device.Kind == DeviceKind.Cuda;
        return new DeviceEnvironment
        {
            Device = Describe(device),
            DeviceName = isCuda ? CudaDriverProbe.DeviceName(device.Index) : ProcessorName.OfThisMachine,
            Driver = isCuda ? CudaDriverProbe.DriverVersion() : null,
            AttentionGenVersion = AttentionGenVersion.Current,
            LibtorchVersion = installation.Version?.ToString(),
        };
    }

    private static LoadedRuntime LoadRuntime(LibtorchOptions? options)
    {
        if (options is { Device: not (DeviceKind.Cpu or DeviceKind.Cuda) })
        {
            throw new ArgumentException(
                $"libtorch was asked for with Device = {options.Device}; DeviceKind.Cpu and DeviceKind.Cuda are accepted.", nameof(options));
        }

        lock (s_gate)
        {
            if (s_loaded is { } loaded)
            {
                if (options is not null)
                    CheckAgreement(options, loaded.Installation);
                return loaded;
            }

            return s_loaded = LoadFirst(options ?? new LibtorchOptions());
        }
    }

    private static LoadedRuntime LoadFirst(LibtorchOptions options)
    {
        LibtorchSearchEnvironment environment = LibtorchSearchEnvironment.Current;
        LibtorchPlatform platform = environment.Platform;
        LibtorchSearch search = new(environment);
        LibtorchLocation location = LoadedLibtorch.Find(platform) ?? search.Find(options);
        string torchSharpSource = search.FindTorchSharp(location.Directory);
        if (search.FindShadow(location.Directory) is { } shadow)
            throw new LibtorchLoadException(LibtorchLoadFailure.Shadowed, LibtorchMessages.Shadowed(shadow, location));
        if (options.Device == DeviceKind.Cuda && location.HasCuda)
            RequireCudaDevice();

        NativeLoader loader = new(search.CudaLibraryDirectories(location.Directory));
        nint LoadPart(string library)
        {
            string path = Path.Combine(location.Directory, platform.FileName(library));
            if (File.Exists(path) && ElfCompleteness.Complaint(path) is { } complaint)
                throw new LibtorchLoadException(LibtorchLoadFailure.RefusedByLoader, LibtorchMessages.Refused(path, complaint, null, location));
            try
            {
                return loader.Load(path);
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                throw new LibtorchLoadException(
                    LibtorchLoadFailure.RefusedByLoader,
                    LibtorchMessages.Refused(
                        path, NativeLoader.Reason(error.Message, path), NativeLoader.MissingDependencyIn(error.Message), location),
                    error);
            }
        }

        // Each by its absolute path, dependencies first: the ones after find them loaded, wherever they lie.
        LoadPart("c10");
        nint torchCpu = LoadPart("torch_cpu");
        nint torchCuda = 0;
        if (location.HasCuda)
        {
            LoadPart("c10_cuda");
            torchCuda = LoadPart("torch_cuda");
        }

        LoadPart("torch");
        (string torchSharpLibrary, bool remedied) = LoadTorchSharp(torchSharpSource, loader, location);

        StableAbi abi = new(torchCpu, torchCuda, location.Directory);
        LibtorchInstallation installation = new(
            location.Directory, location.Origin, abi.Version, location.HasCuda, torchSharpLibrary, torchSharpSource, remedied);
        if (location.Origin == LibtorchOrigin.AlreadyLoaded)
            CheckAgreement(options, installation);
        TorchSharpInitialisation.Complete();
        return new LoadedRuntime(installation, abi);
    }

    private static (string Path, bool Remedied) LoadTorchSharp(string source, NativeLoader loader, LibtorchLocation location)
    {
        string path = source;
        try
        {
            try
            {
                loader.Load(source);
                return (source, false);
            }
            catch (DllNotFoundException error) when (LibstdcxxRemedy.IsCalledForBy(error.Message))
            {
                path = RemediedLibraryCache.GetOrCreate(source);
                loader.Load(path);
                return (path, true);
            }
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new LibtorchLoadException(
                LibtorchLoadFailure.RefusedByLoader,
                LibtorchMessages.Refused(
                    path, NativeLoader.Reason(error.Message, path), NativeLoader.MissingDependencyIn(error.Message), location),
                error);
        }
        catch (Exception error) when (error is ElfFormatException or IOException or UnauthorizedAccessException)
        {
            throw new LibtorchLoadException(
                LibtorchLoadFailure.RemedyFailed, LibtorchMessages.RemedyFailed(source, error.Message), error);
        }
    }

    private static void CheckAgreement(LibtorchOptions options, LibtorchInstallation loaded)
    {
        if (LibtorchSearch.NamedDirectory(options, Environment.GetEnvironmentVariable) is { } named
            && !IsWithin(loaded.Directory, Path.GetFullPath(named)))
        {
            throw new LibtorchLoadException(
                LibtorchLoadFailure.Contradiction, LibtorchMessages.Contradiction($"The libtorch of '{named}' was asked for", loaded));
        }

        if (options.Device != DeviceKind.Cuda)
            return;
        if (!loaded.HasCuda)
        {
            throw new LibtorchLoadException(
                LibtorchLoadFailure.Contradiction, LibtorchMessages.Contradiction("A libtorch built for CUDA was asked for", loaded));
        }

        RequireCudaDevice();
    }

    // The directory itself, or one of the layouts below it that a named directory may have.
    private static bool IsWithin(string directory, string named)
    {
        string trimmed = Path.TrimEndingDirectorySeparator(named);
        return directory == trimmed || directory.StartsWith(trimmed + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private static void RequireCudaDevice()
    {
        CudaDriverStatus driver = CudaDriverProbe.Query();
        if (!driver.HasDriver)
            throw new LibtorchLoadException(LibtorchLoadFailure.NoDriver, LibtorchMessages.NoDriver(driver.Reason));
        if (driver.DeviceCount == 0)
            throw new LibtorchLoadException(LibtorchLoadFailure.NoDevice, LibtorchMessages.NoDevice(driver.Reason));
    }

    private sealed record LoadedRuntime(LibtorchInstallation Installation, StableAbi Abi);
}
