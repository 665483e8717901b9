using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>One registered backend: its name, the class that serves it, and what the class declares.</summary>
public sealed record BackendDescriptor
{
    /// <summary>The name, in its canonical spelling: vLLM's for the in-tree backends.</summary>
    public required string Name { get; init; }

    /// <summary>The in-tree backend that <see cref="Name"/> names, or null for a backend with a name of its own.</summary>
    public Backend? Known { get; init; }

    /// <summary>The full name of the class that serves the name: vLLM's class path.</summary>
    public required string TypeName { get; init; }

    /// <summary>The name of the assembly that holds the class.</summary>
    public required string AssemblyName { get; init; }

    /// <summary>Whether the class took the place of another assembly's.</summary>
    public bool IsOverride { get; init; }

    /// <summary>What the class declares, one entry for each kind of device; empty where it declares nothing.</summary>
    public ImmutableArray<BackendSupport> Supports { get; init; } = [];

    /// <summary>What the class declares for one kind of device, or null where it does not run there.</summary>
    /// <param name="device">The kind of device.</param>
    public BackendSupport? SupportFor(DeviceKind device)
    {
        foreach (BackendSupport support in Supports)
        {
            if (support.Device == device)
                return support;
        }

        return null;
    }

    /// <summary>Every reason why the class cannot serve a request, by what it declares; empty where it can.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="ArgumentException">The request contradicts itself.</exception>
    public ImmutableArray<SelectionReason> ReasonsAgainst(AttentionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        return SupportCheck.Check(this, request);
    }
}
