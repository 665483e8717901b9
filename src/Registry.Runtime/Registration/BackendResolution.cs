namespace AttentionGen;

/// <summary>What serves one name at the time of asking: the class, where it comes from, and whether it is an override.</summary>
/// <seealso cref="AttentionBackendRegistry.Resolve(string)"/>
public sealed record BackendResolution
{
    /// <summary>The name, in its canonical spelling.</summary>
    public required string Name { get; init; }

    /// <summary>The in-tree backend that <see cref="Name"/> names, or null for a name of a backend's own.</summary>
    public Backend? Known { get; init; }

    /// <summary>How the name comes to be served.</summary>
    public required BackendService Service { get; init; }

    /// <summary>Whether anything serves the name, so that <see cref="AttentionBackendRegistry.Create(string)"/> gives an instance.</summary>
    public bool IsServed => Service != BackendService.None;

    /// <summary>
    /// The full name of the class that serves the name now, as C# writes it (<c>Outer.Inner</c>). Null where nothing does, and for a run-time override whose
    /// factory is declared to return an interface or abstract class and has made no instance yet.
    /// </summary>
    public string? TypeName { get; init; }

    /// <summary>The name of the assembly that holds that class; null where <see cref="TypeName"/> is.</summary>
    public string? AssemblyName { get; init; }

    /// <summary>
    /// The class that the build registered for the name, and what it declares; null where there is none. A run-time override
    /// hides that class, and the selector goes on reading its declaration.
    /// </summary>
    public BackendDescriptor? Descriptor { get; init; }

    /// <summary>The answer in one line, for logs.</summary>
    public override string ToString() => Service switch
    {
        BackendService.None => $"{Name}: not served",
        BackendService.Class => $"{Name}: {TypeName} of {AssemblyName}",
        BackendService.BuildTimeOverride => $"{Name}: {TypeName} of {AssemblyName}, in place of another assembly's class",
        _ => $"{Name}: {(TypeName is null ? "a factory" : $"{TypeName} of {AssemblyName}")}, set at run time{InPlaceOf}",
    };

    private string InPlaceOf => Descriptor is null ? "" : $" in place of {Descriptor.TypeName} of {Descriptor.AssemblyName}";
}
