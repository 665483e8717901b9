using System.Diagnostics.CodeAnalysis;
using System.Globalization;

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
    /// Reads <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> (an index), <c>cuda:9.0</c> (a compute capability),
    /// <c>rocm:gfx942</c>, <c>xpu</c> or <c>tpu</c>, ignoring case.
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
                $"'{s}' is not a device. Accepted: cpu, cuda, cuda:INDEX, cuda:MAJOR.MINOR (a compute capability, for example cuda:9.0), rocm:ARCHITECTURE (for example rocm:gfx942), xpu, tpu.");
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

        int colon = s.IndexOf(':', StringComparison.Ordinal);
        string kind = (colon < 0 ? s : s[..colon]).Trim();
        string? detail = colon < 0 ? null : s[(colon + 1)..].Trim();
        switch (kind.ToUpperInvariant())
        {
            case "CPU" when detail is null:
                result = Cpu;
                return true;
            case "XPU" when detail is null:
                result = new(DeviceKind.Xpu);
                return true;
            case "TPU" when detail is null:
                result = new(DeviceKind.Tpu);
                return true;
            case "ROCM" when detail is null:
                result = new(DeviceKind.Rocm);
                return true;
            case "ROCM" when detail.StartsWith("gfx", StringComparison.OrdinalIgnoreCase):
                result = Rocm(detail.ToLowerInvariant());
                return true;
            case "CUDA" when detail is null:
                result = new(DeviceKind.Cuda);
                return true;
            case "CUDA" when TryParseCapability(detail, out int capability):
                result = Cuda(capability);
                return true;
            case "CUDA" when int.TryParse(detail, NumberStyles.None, CultureInfo.InvariantCulture, out int index):
                result = new(DeviceKind.Cuda, index);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The device in words, for example <c>cuda:0 (compute capability 9.0)</c>.</summary>
    public override string ToString() => Kind switch
    {
        DeviceKind.Cuda when ComputeCapability > 0 =>
            string.Create(CultureInfo.InvariantCulture, $"cuda:{Index} (compute capability {ComputeCapability / 10}.{ComputeCapability % 10})"),
        DeviceKind.Cuda => string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}"),
        DeviceKind.Rocm when Architecture is not null => string.Create(CultureInfo.InvariantCulture, $"rocm:{Index} ({Architecture})"),
        DeviceKind.Rocm => string.Create(CultureInfo.InvariantCulture, $"rocm:{Index}"),
        _ => Kind.ToString().ToLowerInvariant(),
    };

    private static bool TryParseCapability(string text, out int capability)
    {
        capability = 0;
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0
            || !int.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            || !int.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            || major is < 1 or > 99 || minor > 9)
        {
            return false;
        }

        capability = (10 * major) + minor;
        return true;
    }
}
