using System.Text.Json.Serialization;

namespace AttentionGen.Conformance;

/// <summary>How much of the battery runs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConformanceThoroughness>))]
public enum ConformanceThoroughness
{
    /// <summary>Every check, with fewer heads and shorter contexts in the large batches: for tests on a CPU.</summary>
    Quick,

    /// <summary>The batches at their published sizes and more combinations: minutes on a GPU.</summary>
    Full,
}
