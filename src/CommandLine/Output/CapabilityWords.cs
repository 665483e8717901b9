using System.Collections.Immutable;
using System.Globalization;

namespace AttentionGen.CommandLine.Output;

/// <summary>What a class declares, in words that fit a cell.</summary>
internal static class CapabilityWords
{
    public static string Device(BackendSupport support) => Device(support.Device, support.MinComputeCapability, support.MaxComputeCapability, support.Architectures);

    public static string Device(DeviceKind device, int minComputeCapability, int maxComputeCapability, ImmutableArray<string> architectures)
    {
        string name = device.ToString().ToLowerInvariant();
        if (!architectures.IsEmpty)
            name += $" {string.Join(", ", architectures)}";
        return (minComputeCapability, maxComputeCapability) switch
        {
            (0, 0) => name,
            (_, 0) => $"{name} {Capability(minComputeCapability)}+",
            (0, _) => $"{name} up to {Capability(maxComputeCapability)}",
            _ => $"{name} {Capability(minComputeCapability)}-{Capability(maxComputeCapability)}",
        };
    }

    public static string Sizes(ImmutableArray<int> listed, int least, int most, int multipleOf)
    {
        List<string> rules = [];
        if (!listed.IsEmpty)
            rules.Add(string.Join(", ", listed));
        if (multipleOf > 1)
            rules.Add($"multiples of {multipleOf}");
        if (least > 1)
            rules.Add($"at least {least}");
        if (most < int.MaxValue)
            rules.Add($"at most {most}");
        return rules.Count == 0 ? "any" : string.Join("; ", rules);
    }

    /// <summary>The members of a set of flags, in words.</summary>
    public static string[] Members<T>(T flags)
        where T : struct, Enum => [.. Enum.GetValues<T>().Where(member => Convert.ToInt32(member, CultureInfo.InvariantCulture) != 0 && flags.HasFlag(member)).Select(static member => member.ToString())];

    /// <summary>The members of a set of flags as one text; <paramref name="none"/> where there is none.</summary>
    public static string Joined<T>(T flags, string none)
        where T : struct, Enum => Members(flags) is { Length: > 0 } members ? string.Join(", ", members) : none;

    private static string Capability(int value) => string.Create(CultureInfo.InvariantCulture, $"{value / 10}.{value % 10}");
}
