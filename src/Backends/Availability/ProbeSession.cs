using System.Diagnostics;
using System.Globalization;
using AttentionGen.Libtorch;

namespace AttentionGen;

/// <summary>One look at the backends of a registry on one device.</summary>
internal sealed class ProbeSession(AttentionBackendRegistry registry, AttentionDevice device, BackendProbeOptions options)
{
    private DeviceEnvironment? _environment;
    private ProbeStore? _store;

    /// <summary>What went wrong beside the backends.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The finding about one backend that declares the device. Never throws for what the backend does.</summary>
    public BackendAvailability Look(BackendDescriptor descriptor)
    {
        BackendAvailability declared = new() { Name = descriptor.Name, State = AvailabilityState.Declared };
        if (options.UpTo == AvailabilityState.Declared)
            return declared;

        // A factory may make another thing at each call.
        bool isKept = !registry.IsOverridden(descriptor.Name);
        if (isKept && !options.Anew && options.UpTo == AvailabilityState.Probed && ProbeMemory.Find(descriptor, device) is { } earlier)
            return earlier;

        IAttentionBackend? backend = null;
        try
        {
            if (TryLoad(descriptor, out backend) is { } problem)
                return declared with { Problem = problem };

            BackendAvailability loadable = declared with { State = AvailabilityState.Loadable };
            if (options.UpTo == AvailabilityState.Loadable)
                return loadable;

            BackendAvailability probed = Probe(loadable, descriptor, backend!, isKept);
            if (isKept)
                ProbeMemory.Keep(descriptor, device, probed);
            return probed;
        }
        finally
        {
            DisposeQuietly(backend);
        }
    }

    private SelectionReason? TryLoad(BackendDescriptor descriptor, out IAttentionBackend? backend)
    {
        backend = null;
        try
        {
            backend = registry.Create(descriptor.Name);
        }
        catch (Exception error)
        {
            return LoadProblem.NotLoadable(device, $"an instance of {descriptor.TypeName}, whose making threw {Describe(error)}", "see to what it needs, or use another backend");
        }

        try
        {
            return backend.FindLoadProblem(device);
        }
        catch (Exception error)
        {
            return LoadProblem.NotLoadable(device, $"an answer to what {descriptor.TypeName} needs, and it threw {Describe(error)}", "see to what it needs, or use another backend");
        }
    }

    private BackendAvailability Probe(BackendAvailability loadable, BackendDescriptor descriptor, IAttentionBackend backend, bool isKept)
    {
        if (backend is not PagedAttentionBackend paged)
            return loadable with { Detail = $"Not probed: it is no {nameof(PagedAttentionBackend)}, and the probe knows no other contract." };
        if (ProbeCase.TryCreate(descriptor, device, out string whyNot) is not { } probeCase)
            return loadable with { Detail = whyNot };

        ProbeRecord? record = isKept && options.KeepOnDisk ? RecordOf(descriptor, backend, probeCase) : null;
        if (record is not null && !options.Anew && _store!.Holds(record))
            return loadable with { State = AvailabilityState.Probed, Detail = $"A prefill and a decode ({probeCase}) were right earlier, as kept in '{_store.PathOf(record)}'." };

        Stopwatch clock = Stopwatch.StartNew();
        string? failure;
        try
        {
            failure = ProbeRun.Execute(paged, probeCase);
        }
        catch (Exception error)
        {
            failure = $"it threw {Describe(error)}";
        }

        if (failure is not null)
        {
            return loadable with
            {
                Problem = new SelectionReason(
                    ReasonCode.ProbeFailed, $"a small prefill and decode on {device} ({probeCase})", $"the numbers of the definition, and {failure}",
                    "mend the backend or what it runs on, or use another backend"),
            };
        }

        if (record is not null)
            _store!.Keep(record);
        return loadable with
        {
            State = AvailabilityState.Probed,
            Detail = string.Create(CultureInfo.InvariantCulture, $"A prefill and a decode ({probeCase}) were right, in {clock.Elapsed.TotalMilliseconds:0.0} ms."),
        };
    }

    private ProbeRecord? RecordOf(BackendDescriptor descriptor, IAttentionBackend backend, ProbeCase probeCase)
    {
        try
        {
            _store ??= new ProbeStore(options.Directory ?? CacheDirectory.ForUser(), Notes);
            _environment ??= LibtorchRuntime.EnvironmentOf(device);
            return ProbeRecord.Of(descriptor.Name, backend.GetType(), probeCase, _environment);
        }
        catch (Exception error) when (error is InvalidOperationException or LibtorchLoadException)
        {
            if (!Notes.Contains(error.Message))
                Notes.Add(error.Message);
            return null;
        }
    }

    private static string Describe(Exception error) => $"{error.GetType().Name}: {error.Message}";

    private static void DisposeQuietly(IAttentionBackend? backend)
    {
        try
        {
            (backend as IDisposable)?.Dispose();
        }
        catch (Exception)
        {
            // The finding is worth more than the end of a backend that misbehaves.
        }
    }
}
