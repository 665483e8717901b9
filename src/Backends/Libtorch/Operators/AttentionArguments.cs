using TorchSharp;

namespace AttentionGen.Libtorch;

/// <summary>Checks the operands of dense attention before native code sees them.</summary>
internal static class AttentionArguments
{
    /// <summary>Checks [B, H, S, D] operands against each other.</summary>
    public static void Check(in TensorView query, in TensorView key, in TensorView value, bool enableGqa)
    {
        CheckRank(query, nameof(query));
        CheckRank(key, nameof(key));
        CheckRank(value, nameof(value));
        CheckLike(query, key, nameof(key));
        CheckLike(query, value, nameof(value));
        if (query.ElementType is not (ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16))
            throw new ArgumentException($"query is {query}; attention computes with Float32, Float16 and BFloat16. Convert the operands first.", nameof(query));

        if (key.Size(0) != query.Size(0) || value.Size(0) != query.Size(0))
            throw new ArgumentException($"query is {query}, key {key}, value {value}; all need the same batch size (dimension 0).", nameof(key));
        if (key.Size(3) != query.Size(3))
            throw new ArgumentException($"query is {query}, key {key}; both need the same head size (dimension 3).", nameof(key));
        if (value.Size(2) != key.Size(2) || value.Size(1) != key.Size(1))
            throw new ArgumentException($"key is {key}, value {value}; both need the same heads and length (dimensions 1 and 2).", nameof(value));

        long queryHeads = query.Size(1), keyHeads = key.Size(1);
        if (queryHeads == keyHeads)
            return;
        if (!enableGqa)
        {
            throw new ArgumentException(
                $"query has {queryHeads} heads, key and value have {keyHeads}; they must be equal, unless enableGqa is set to share each key head between several query heads.", nameof(key));
        }

        if (keyHeads == 0 || queryHeads % keyHeads != 0)
            throw new ArgumentException($"query has {queryHeads} heads, key and value have {keyHeads}; with enableGqa the first must be a multiple of the second.", nameof(key));
    }

    /// <summary>Checks an additive or boolean mask that broadcasts to [B, H, Sq, Sk].</summary>
    public static void CheckMask(torch.Tensor mask, in TensorView query, in TensorView key, bool isCausal)
    {
        if (isCausal)
            throw new ArgumentException("A mask and isCausal were both given; put the causal part into the mask, or leave the mask out.", nameof(mask));
        TensorView view = mask;
        if (view.ElementType != ElementType.Boolean && view.ElementType != query.ElementType)
            throw new ArgumentException($"mask is {view}; it must be Boolean (true takes part) or of the query's type, {query.ElementType} (added to the scores).", nameof(mask));
        if (view.Device != query.Device || view.DeviceIndex != query.DeviceIndex)
            throw new ArgumentException($"mask is {view}, query {query}; both must be on the same device.", nameof(mask));

        // Broadcasting aligns trailing dimensions.
        ReadOnlySpan<long> scores = [query.Size(0), query.Size(1), query.Size(2), key.Size(2)];
        if (view.Rank < 2)
            throw new ArgumentException($"mask is {view}; it needs at least the dimensions [Sq, Sk].", nameof(mask));
        for (int i = 0; i < view.Rank; i++)
        {
            long size = view.Size(view.Rank - 1 - i), wanted = scores[^(i + 1)];
            if (size != wanted && size != 1)
            {
                throw new ArgumentException(
                    $"mask is {view}; it must broadcast to [{scores[0]}, {scores[1]}, {scores[2]}, {scores[3]}], that is [B, Hq, Sq, Sk].", nameof(mask));
            }
        }
    }

    /// <summary>Checks a scale: finite, or none.</summary>
    public static void CheckScale(double? scale)
    {
        if (scale is { } given && !double.IsFinite(given))
            throw new ArgumentException($"scale is {given}; it must be finite, or null for 1 / sqrt(D).", nameof(scale));
    }

    private static void CheckRank(in TensorView view, string name)
    {
        if (view.Rank != 4)
            throw new ArgumentException($"{name} is {view}; it must have the four dimensions [B, H, S, D].", name);
    }

    private static void CheckLike(in TensorView query, in TensorView other, string name)
    {
        if (other.ElementType != query.ElementType || other.Device != query.Device || other.DeviceIndex != query.DeviceIndex)
            throw new ArgumentException($"query is {query}, {name} {other}; both need the same element type and device.", name);
    }
}
