using System.Collections.Immutable;

namespace AttentionGen.Conformance.Tool;

/// <summary>A command line, read.</summary>
internal sealed record RunOptions(
    AttentionDevice Device, ImmutableArray<string> Backends, string? Filter, ConformanceThoroughness Thoroughness, string? JsonPath);
