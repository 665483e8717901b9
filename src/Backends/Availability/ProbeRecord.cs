using System.Reflection;

namespace AttentionGen;

/// <summary>A probe that passed, by all that its result depends on. Two that are equal have the same result.</summary>
internal sealed record ProbeRecord
{
    private const int CurrentFormat = 1;

    public required int Format { get; init; }

    /// <summary>The backend's name.</summary>
    public required string Backend { get; init; }

    /// <summary>The class that ran.</summary>
    public required string Class { get; init; }

    /// <summary>Its assembly, with the version.</summary>
    public required string Assembly { get; init; }

    /// <summary>The compilations of its assembly and of AttentionGen.Backends: another build of the same version is another.</summary>
    public required string Builds { get; init; }

    public required DeviceEnvironment Environment { get; init; }

    /// <summary>What ran.</summary>
    public required string Case { get; init; }

    public static ProbeRecord Of(string name, Type type, ProbeCase probeCase, DeviceEnvironment environment) => new()
    {
        Format = CurrentFormat,
        Backend = name,
        Class = type.FullName ?? type.Name,
        Assembly = type.Assembly.FullName ?? "",
        Builds = $"{BuildOf(type.Module)} {BuildOf(typeof(ProbeRecord).Module)}",
        Environment = environment with { Device = environment.Device with { Index = 0 } },
        Case = probeCase.ToString(),
    };

    private static Guid BuildOf(Module module)
    {
        try
        {
            return module.ModuleVersionId;
        }
        catch (Exception error) when (error is NotSupportedException or InvalidOperationException)
        {
            // Not every native build keeps it; the version is left then.
            return Guid.Empty;
        }
    }
}
