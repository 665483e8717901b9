using System.Text.Json.Serialization;

namespace AttentionGen.Tests;

/// <summary>Source-generated serialization, as a NativeAOT application uses it.</summary>
[JsonSerializable(typeof(Backend))]
[JsonSerializable(typeof(Settings))]
[JsonSerializable(typeof(Dictionary<Backend, int>))]
[JsonSerializable(typeof(Dictionary<AttentionDevice, int>))]
internal sealed partial class ConversionJsonContext : JsonSerializerContext;

/// <summary>What an application might keep in a file.</summary>
internal sealed record Settings
{
    public Backend Backend { get; init; }

    public Backend? Fallback { get; init; }

    public AttentionDevice Device { get; init; }

    public AttentionDevice? SecondDevice { get; init; }
}
