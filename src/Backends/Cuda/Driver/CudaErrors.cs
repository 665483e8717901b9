namespace AttentionGen.Cuda;

/// <summary>The driver's error codes that are told apart, and what a user can do about them.</summary>
internal static class CudaErrors
{
    public const int Success = 0;
    public const int InvalidValue = 1;
    public const int OutOfMemory = 2;
    public const int NotInitialised = 3;
    public const int NoDevice = 100;
    public const int InvalidImage = 200;
    public const int NoBinaryForGpu = 209;
    public const int UncorrectableEcc = 214;
    public const int InvalidHandle = 400;
    public const int NotFound = 500;
    public const int NotReady = 600;
    public const int IllegalAddress = 700;
    public const int LaunchOutOfResources = 701;
    public const int LaunchTimeout = 702;
    public const int ContextIsDestroyed = 709;
    public const int Assert = 710;
    public const int HardwareStackError = 714;
    public const int IllegalInstruction = 715;
    public const int MisalignedAddress = 716;
    public const int InvalidAddressSpace = 717;
    public const int InvalidProgramCounter = 718;
    public const int LaunchFailed = 719;
    public const int CaptureUnsupported = 900;
    public const int CaptureInvalidated = 901;
    public const int CaptureUnjoined = 904;
    public const int CaptureImplicit = 906;
    public const int CaptureWrongThread = 908;

    /// <summary>Whether the device's context is lost, so that every later call fails too.</summary>
    public static bool IsSticky(int code) => code is UncorrectableEcc or IllegalAddress or LaunchTimeout or ContextIsDestroyed or Assert
        or HardwareStackError or IllegalInstruction or MisalignedAddress or InvalidAddressSpace or InvalidProgramCounter or LaunchFailed;

    /// <summary>What to do about an error; empty where nothing is known.</summary>
    public static string Remedy(int code) => code switch
    {
        OutOfMemory => "Give the cache fewer pages, dispose what is not used, or end other processes on the device (nvidia-smi lists them).",
        NoDevice => "Check that the process may use a device: CUDA_VISIBLE_DEVICES must not be empty, and a container needs the NVIDIA runtime.",
        InvalidImage or NoBinaryForGpu =>
            "The kernel was compiled for another architecture, or by an NVRTC newer than the driver. Use a driver of the NVRTC's major version or newer.",
        LaunchOutOfResources => "The kernel needs more registers or shared memory than the device gives a block. That is a defect of the kernel: please report it.",
        CaptureUnsupported or CaptureImplicit or CaptureWrongThread or CaptureUnjoined or CaptureInvalidated =>
            "Something inside the capture cannot be captured: a synchronisation, a copy from pageable memory, an allocation by the driver, the default stream, or a plan's Update. Do it before the capture.",
        LaunchTimeout => "The device drives a display, and its system ended a kernel that ran too long. Use a device without one.",
        UncorrectableEcc => "The device's memory is defective. Restart the process on another device.",
        _ when IsSticky(code) =>
            "A kernel failed that was launched before. The device cannot be used by this process any more: restart it. CUDA_LAUNCH_BLOCKING=1 makes the launch itself fail, and compute-sanitizer finds the access.",
        _ => "",
    };
}
