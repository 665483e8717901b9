using System.Text.Json.Serialization;

namespace AttentionGen.Conformance;

/// <summary>How a backend did in one case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConformanceVerdict>))]
public enum ConformanceVerdict
{
    /// <summary>It did what it declares, within the limits.</summary>
    Passed,

    /// <summary>It did not; the case's reasons say what was wrong.</summary>
    Failed,

    /// <summary>It does not declare what the case asks, and refused it as it should; the reasons are its own.</summary>
    Refused,
}
