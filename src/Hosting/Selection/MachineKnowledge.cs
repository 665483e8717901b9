using AttentionGen.Libtorch;

namespace AttentionGen.Hosting;

/// <summary>What this machine says of backends.</summary>
/// <param name="registry">The registered backends.</param>
internal sealed class MachineKnowledge(AttentionBackendRegistry registry) : IDeviceKnowledge
{
    public AvailabilitySnapshot FindAvailability(AttentionDevice device, BackendProbeOptions options) => BackendProbe.Run(registry, device, options);

    public TuningReading FindTuning(AttentionDevice device, CacheDirectory? directory)
    {
        if (device.Kind is not (DeviceKind.Cpu or DeviceKind.Cuda))
            return None($"Rankings are measured on cpu and cuda, and this is {device}.");

        try
        {
            return new TuningStore(directory).Load(LibtorchRuntime.EnvironmentOf(device));
        }
        catch (Exception error) when (error is LibtorchLoadException or InvalidOperationException)
        {
            return None(error.Message);
        }
    }

    private static TuningReading None(string explanation) => new(TuningFileState.Absent, null, "", explanation);
}
