using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AttentionGen;

/// <summary>A set of layers, written as numbers and ranges: <c>0-3,7</c>. Layers are counted from 0; ranges have both ends.</summary>
public sealed class LayerRanges : IEquatable<LayerRanges>, IParsable<LayerRanges>
{
    private readonly ImmutableArray<(int First, int Last)> _ranges;

    private LayerRanges(ImmutableArray<(int First, int Last)> ranges) => _ranges = ranges;

    /// <summary>Reads a set of layers.</summary>
    /// <param name="s">The text, for example <c>0-3,7</c>.</param>
    /// <param name="provider">Not used; the form does not depend on a culture.</param>
    /// <exception cref="FormatException">The text is no list of layers and ranges.</exception>
    public static LayerRanges Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, provider, out LayerRanges? layers)
            ? layers
            : throw new FormatException($"'{s}' is no set of layers. Write numbers from 0 and ranges, parted by commas, for example 0-3,7.");
    }

    /// <summary>Reads the form of <see cref="Parse"/> without throwing.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The set, or null where the text is none.</param>
    /// <returns>Whether the text is a set of layers.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out LayerRanges result)
    {
        result = null;
        if (string.IsNullOrWhiteSpace(s))
            return false;

        var ranges = ImmutableArray.CreateBuilder<(int First, int Last)>();
        foreach (Range part in s.AsSpan().Split(','))
        {
            ReadOnlySpan<char> range = s.AsSpan(part).Trim();
            int dash = range.IndexOf('-');
            if (!TryParseNumber(dash < 0 ? range : range[..dash], out int first) || !TryParseNumber(dash < 0 ? range : range[(dash + 1)..], out int last) || last < first)
                return false;
            ranges.Add((first, last));
        }

        result = new LayerRanges(ranges.ToImmutable());
        return true;
    }

    /// <summary>Whether a layer is in the set.</summary>
    /// <param name="layer">The layer, from 0.</param>
    public bool Contains(int layer)
    {
        foreach ((int first, int last) in _ranges)
        {
            if (layer >= first && layer <= last)
                return true;
        }

        return false;
    }

    /// <summary>Whether some layer is in both sets.</summary>
    /// <param name="other">The other set.</param>
    public bool Overlaps(LayerRanges other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach ((int first, int last) in _ranges)
        {
            foreach ((int otherFirst, int otherLast) in other._ranges)
            {
                if (first <= otherLast && otherFirst <= last)
                    return true;
            }
        }

        return false;
    }

    /// <summary>The set as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Join(
        ",", _ranges.Select(static range => range.First == range.Last
            ? string.Create(CultureInfo.InvariantCulture, $"{range.First}")
            : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));

    /// <summary>Whether two sets are written alike.</summary>
    /// <param name="other">The other set.</param>
    public bool Equals(LayerRanges? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerRanges);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static bool TryParseNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
