using static TorchSharp.torch;

namespace AttentionGen.XFormers;

/// <summary>Keys and values as memory-efficient attention takes them.</summary>
internal static class EfficientValues
{
    private const int Alignment = 8;

    /// <summary>Values whose heads are a multiple of 8 elements, with zeros behind where they were not.</summary>
    public static Tensor Pad(Tensor values)
    {
        long size = values.size(-1), missing = (Alignment - (size % Alignment)) % Alignment;
        return missing == 0 ? values : nn.functional.pad(values, [0, missing]);
    }

    /// <summary>Each KV head, dimension 1, once for each query head that reads it; the operator knows no groups.</summary>
    public static Tensor Repeat(Tensor rows, long heads)
    {
        const int Heads = 1;
        long kvHeads = rows.size(Heads);
        if (kvHeads == heads)
            return rows;
        long[] shape = rows.shape;
        Tensor repeated = rows.unsqueeze(Heads + 1).expand([.. shape[..(Heads + 1)], heads / kvHeads, .. shape[(Heads + 1)..]]);
        shape[Heads] = heads;
        return repeated.reshape(shape);
    }
}
