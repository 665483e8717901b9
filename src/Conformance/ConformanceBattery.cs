using System.Collections.Immutable;
using System.Diagnostics;
using AttentionGen.Conformance.Checks;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Groups;
using AttentionGen.Conformance.Judgement;
using AttentionGen.Libtorch;

namespace AttentionGen.Conformance;

/// <summary>
/// The battery that any backend can be held to. What to ask comes from the backend's own declaration: what it declares has to
/// run and match a float64 reference within limits that libtorch's own arithmetic sets, what it does not declare has to be
/// refused with a typed reason.
/// </summary>
/// <remarks>docs/conformance.md says what is checked, and within which limits.</remarks>
public static class ConformanceBattery
{
    /// <summary>Runs the battery.</summary>
    /// <param name="registry">Whose backends: <c>AttentionRegistry.Instance</c>. Run-time overrides hold.</param>
    /// <param name="device">The CPU, or a CUDA device, described (<c>LibtorchRuntime.Describe</c>); libtorch is loaded for it.</param>
    /// <param name="options">Which part to run; null: the quick battery on all backends.</param>
    /// <returns>What was found. A backend that throws, writes where it must not or gives wrong numbers is in it as a failure.</returns>
    /// <exception cref="ArgumentException">
    /// No class is registered under a name of <see cref="ConformanceOptions.Backends"/>, or the device is neither CPU nor CUDA.
    /// </exception>
    /// <exception cref="LibtorchLoadException">libtorch could not be loaded for the device.</exception>
    /// <exception cref="OperationCanceledException"><see cref="ConformanceOptions.Cancellation"/> was cancelled.</exception>
    public static ConformanceReport Run(AttentionBackendRegistry registry, AttentionDevice device, ConformanceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        options ??= new ConformanceOptions();

        // Before TorchSharp's first use, which would look for libtorch by itself; refuses a device that libtorch has no build for.
        LibtorchRuntime.Load(new LibtorchOptions { Device = device.Kind });
        Stopwatch clock = Stopwatch.StartNew();
        ImmutableArray<ConformanceCase>.Builder cases = ImmutableArray.CreateBuilder<ConformanceCase>();
        List<string> notCovered = [];
        List<BackendUnderTest> targets = [];
        try
        {
            List<(BackendUnderTest Target, BatteryCheck Check)> work = [];
            foreach (BackendDescriptor descriptor in Named(registry, options.Backends))
            {
                if (Create(registry, descriptor, device, cases, notCovered) is not { } target)
                    continue;
                targets.Add(target);
                work.AddRange(BatteryPlan.ChecksFor(target, options).Select(check => (target, check)));
                notCovered.AddRange(BatteryPlan.NotCovered(target));
            }

            Run(BatteryPlan.CaseByCase(work), device, options, cases);
        }
        finally
        {
            foreach (BackendUnderTest target in targets)
                DisposeQuietly(target);
        }

        return new ConformanceReport
        {
            Device = device,
            Thoroughness = options.Thoroughness,
            Cases = cases.ToImmutable(),
            NotCovered = [.. notCovered],
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    private static IEnumerable<BackendDescriptor> Named(AttentionBackendRegistry registry, ImmutableArray<string> names)
    {
        if (names.IsDefaultOrEmpty)
            return registry.Backends;
        return names.Select(name => registry.TryGetDescriptor(name, out BackendDescriptor? descriptor)
            ? descriptor
            : throw new ArgumentException($"No class is registered under the name '{name}'. Registered are {string.Join(", ", registry.Backends.Select(static backend => backend.Name))}.", nameof(names)));
    }

    private static BackendUnderTest? Create(
        AttentionBackendRegistry registry, BackendDescriptor descriptor, AttentionDevice device,
        ImmutableArray<ConformanceCase>.Builder cases, List<string> notCovered)
    {
        try
        {
            if (registry.Create(descriptor.Name) is PagedAttentionBackend backend)
                return new BackendUnderTest(backend, descriptor, descriptor.SupportFor(device.Kind), device);
            notCovered.Add($"{descriptor.Name} is no {nameof(PagedAttentionBackend)}, and the battery knows no other contract.");
        }
        catch (Exception error)
        {
            cases.Add(new ConformanceCase
            {
                Backend = descriptor.Name,
                Group = CheckGroups.Declaration,
                Name = "making an instance",
                Verdict = ConformanceVerdict.Failed,
                Reasons = [$"Its constructor threw {error.GetType().Name}: {error.Message}"],
            });
        }

        return null;
    }

    private static void Run(
        List<(BackendUnderTest Target, BatteryCheck Check)> work, AttentionDevice device, ConformanceOptions options,
        ImmutableArray<ConformanceCase>.Builder cases)
    {
        ExpectationCache expectations = new(device);
        for (int i = 0; i < work.Count; i++)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            ConformanceCase result = Run(work[i].Target, work[i].Check, expectations);
            cases.Add(result);
            options.Progress?.Report(new ConformanceProgress(i + 1, work.Count, result));
        }
    }

    private static ConformanceCase Run(BackendUnderTest target, BatteryCheck check, ExpectationCache expectations)
    {
        Stopwatch clock = Stopwatch.StartNew();
        CaseOutcome outcome;
        try
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            outcome = check.Run(target, expectations);
        }
        catch (Exception error)
        {
            // What its declaration accepts it must not reject, by whatever exception.
            outcome = CaseOutcome.Failed($"It declares this, and threw {error.GetType().Name}: {error.Message}");
        }

        return new ConformanceCase
        {
            Backend = target.Name,
            Group = check.Group,
            Name = check.Name,
            Verdict = outcome.Verdict,
            Measures = outcome.Measures,
            Reasons = outcome.Reasons,
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    private static void DisposeQuietly(BackendUnderTest target)
    {
        try
        {
            target.Dispose();
        }
        catch (Exception)
        {
            // The report is worth more than the end of a backend that misbehaves.
        }
    }
}
