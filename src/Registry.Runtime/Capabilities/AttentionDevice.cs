using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace AttentionGen;

/// <summary>
/// A device, described: enough to select a backend for it, whether or not this machine has one.
/// </summary>
/// <param name="Kind">The kind of device.</param>
/// <param name="Index">Which one of its kind, from 0.</param>
/// <param name="ComputeCapability">
/// CUDA's compute capability, ten times the major number plus the minor (90 is 9.0); 0 where unknown or not CUDA.
/// </param>
/// <param name="Architecture">The architecture's name where the kind has one (<c>gfx942</c>), else null.</param>
[JsonConverter(typeof(AttentionDeviceJsonConverter))]
[TypeConverter(typeof(AttentionDeviceTypeConverter))]
public readonly record struct AttentionDevice(
    DeviceKind Kind, int Index = 0, int ComputeCapability = 0, string? Architecture = null) : IParsable<AttentionDevice>
{
    /// <summary>The host's processor.</summary>
    public static AttentionDevice Cpu => default;

    /// <summary>An NVIDIA GPU.</summary>
    /// <param name="computeCapability">Ten times the major number plus the minor; 90 is 9.0.</param>
    /// <param name="index">Which one, from 0.</param>
    public static AttentionDevice Cuda(int computeCapability, int index = 0) => new(DeviceKind.Cuda, index, computeCapability);

    /// <summary>An AMD GPU.</summary>
    /// <param name="architecture">Its architecture's name, for example <c>gfx942</c>.</param>
    /// <param name="index">Which one, from 0.</param>
    public static AttentionDevice Rocm(string architecture, int index = 0) => new(DeviceKind.Rocm, index, 0, architecture);

    /// <summary>
    /// Reads <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> (an index), <c>cuda:9.0</c> (a compute capability), <c>rocm</c>,
    /// <c>rocm:1</c>, <c>rocm:gfx942</c>, <c>xpu</c>, <c>xpu:1</c>, <c>tpu</c> or <c>tpu:1</c>, and what
    /// <see cref="ToString"/> writes, ignoring case.
    /// </summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used; the form does not depend on a culture.</param>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static AttentionDevice Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, provider, out AttentionDevice device)
            ? device
            : throw new FormatException(
                $"'{s}' is not a device. Accepted: cpu, cuda, cuda:INDEX, cuda:MAJOR.MINOR (a compute capability, for example cuda:9.0), rocm, rocm:INDEX, rocm:ARCHITECTURE (for example rocm:gfx942), xpu, xpu:INDEX, tpu, tpu:INDEX.");
    }

    /// <summary>Reads the text forms of <see cref="Parse"/> without throwing.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The device, or the default where the text is none.</param>
    /// <returns>Whether the text names a device.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AttentionDevice result)
    {
        result = default;
        if (s is null)
            return false;

        ReadOnlySpan<char> text = s.AsSpan().Trim();
        int colon = text.IndexOf(':');
        if (!TryParseKind(colon < 0 ? text : text[..colon].TrimEnd(), out DeviceKind kind))
            return false;

        AttentionDevice device = new(kind);
        if (colon >= 0 && !TryParseDetail(text[(colon + 1)..].Trim(), ref device))
            return false;

        result = device;
        return true;
    }

    /// <summary>
    /// The device in words, for example <c>cuda:0 (compute capability 9.0)</c>. <see cref="Parse"/> reads it back.
    /// </summary>
    public override string ToString() => Kind switch
    {
        DeviceKind.Cuda when ComputeCapability > 0 =>
            string.Create(CultureInfo.InvariantCulture, $"cuda:{Index} (compute capability {ComputeCapability / 10}.{ComputeCapability % 10})"),
        DeviceKind.Cuda => string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}"),
        DeviceKind.Rocm when Architecture is not null => string.Create(CultureInfo.InvariantCulture, $"rocm:{Index} ({Architecture})"),
        DeviceKind.Rocm => string.Create(CultureInfo.InvariantCulture, $"rocm:{Index}"),
        _ when Index > 0 => string.Create(CultureInfo.InvariantCulture, $"{Kind.ToString().ToLowerInvariant()}:{Index}"),
        _ => Kind.ToString().ToLowerInvariant(),
    };

    private static bool TryParseKind(ReadOnlySpan<char> text, out DeviceKind kind)
    {
        for (kind = DeviceKind.Cpu; kind <= DeviceKind.Tpu; kind++)
        {
            if (text.Equals(kind.ToString(), StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    // An index, a trait (a compute capability or an architecture), or both as ToString writes them: "0 (gfx942)".
    private static bool TryParseDetail(ReadOnlySpan<char> detail, ref AttentionDevice device)
    {
        if (device.Kind == DeviceKind.Cpu)
            return false;

        int bracket = detail.IndexOf('(');
        if (bracket < 0)
            return TryParseIndex(detail, ref device) || TryParseTrait(device.Kind == DeviceKind.Cuda, detail, ref device);

        ReadOnlySpan<char> trait = detail[(bracket + 1)..];
        if (!trait.EndsWith(")") || !TryParseIndex(detail[..bracket].TrimEnd(), ref device))
            return false;

        trait = trait[..^1].Trim();
        const string CapabilityWords = "compute capability ";
        bool isCapability = trait.StartsWith(CapabilityWords, StringComparison.OrdinalIgnoreCase);
        return TryParseTrait(isCapability, isCapability ? trait[CapabilityWords.Length..] : trait, ref device);
    }

    private static bool TryParseIndex(ReadOnlySpan<char> text, ref AttentionDevice device)
    {
        // No host has so many; a larger number is an architecture without its letters ("rocm:942").
        const int LargestIndex = 255;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index > LargestIndex)
            return false;

        device = device with { Index = index };
        return true;
    }

    private static bool TryParseTrait(bool isCapability, ReadOnlySpan<char> text, ref AttentionDevice device)
    {
        if (isCapability && device.Kind == DeviceKind.Cuda && TryParseCapability(text, out int capability))
        {
            device = device with { ComputeCapability = capability };
            return true;
        }

        if (!isCapability && device.Kind == DeviceKind.Rocm && text.StartsWith("gfx", StringComparison.OrdinalIgnoreCase))
        {
            device = device with { Architecture = text.ToString().ToLowerInvariant() };
            return true;
        }

        return false;
    }

    private static bool TryParseCapability(ReadOnlySpan<char> text, out int capability)
    {
        capability = 0;
        int dot = text.IndexOf('.');
        if (dot < 0
            || !int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            || !int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            || major is < 1 or > 99 || minor > 9)
        {
            return false;
        }

        capability = (10 * major) + minor;
        return true;
    }
}
