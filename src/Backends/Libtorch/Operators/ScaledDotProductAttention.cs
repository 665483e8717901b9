using TorchSharp;

namespace AttentionGen.Libtorch;

/// <summary>
/// libtorch's <c>scaled_dot_product_attention</c> with all of its arguments; TorchSharp's own lacks the scale and grouped
/// heads. libtorch chooses the kernel: on CUDA cuDNN, FlashAttention-2, memory-efficient or plain math, on the CPU its
/// flash kernel or math.
/// </summary>
public static class ScaledDotProductAttention
{
    private static readonly LibtorchOperator s_operator = new("aten::scaled_dot_product_attention");

    /// <summary>Computes softmax(scale · Q Kᵀ + mask) V for each head.</summary>
    /// <param name="query">[B, Hq, Sq, D] of Float32, Float16 or BFloat16. Any strides.</param>
    /// <param name="key">[B, Hkv, Sk, D] of the same type on the same device.</param>
    /// <param name="value">[B, Hkv, Sk, Dv] of the same type on the same device.</param>
    /// <param name="mask">
    /// Broadcasts to [B, Hq, Sq, Sk], at least two dimensions: Boolean, where true takes part, or of the query's type, added to the scores. A row
    /// with nothing that takes part is libtorch's affair and differs between its kernels.
    /// </param>
    /// <param name="isCausal">
    /// Position i attends to positions up to i. Counted from the start of both sequences, also when their lengths differ.
    /// Not together with <paramref name="mask"/>.
    /// </param>
    /// <param name="scale">Factor on the scores; null for 1 / sqrt(D).</param>
    /// <param name="enableGqa">Allows Hq to be a multiple of Hkv: each key head serves Hq / Hkv neighbouring query heads.</param>
    /// <returns>[B, Hq, Sq, Dv] of the query's type, owned by the caller.</returns>
    /// <exception cref="ArgumentException">An operand is disposed or does not fit the others; the message says how.</exception>
    /// <exception cref="LibtorchOperatorException">libtorch refused what passed these checks.</exception>
    public static torch.Tensor Forward(
        torch.Tensor query,
        torch.Tensor key,
        torch.Tensor value,
        torch.Tensor? mask = null,
        bool isCausal = false,
        double? scale = null,
        bool enableGqa = false)
    {
        TensorView queryView = query, keyView = key, valueView = value;
        AttentionArguments.Check(queryView, keyView, valueView, enableGqa);
        AttentionArguments.CheckScale(scale);
        if (mask is not null)
            AttentionArguments.CheckMask(mask, queryView, keyView, isCausal);

        using OperatorCall call = new(s_operator);
        call.Push(query);
        call.Push(key);
        call.Push(value);
        call.PushOptional(mask);
        call.Push(0.0); // dropout_p
        call.Push(isCausal);
        call.PushOptional(scale);
        call.Push(enableGqa);
        call.Invoke();
        return call.TakeTensor();
    }
}
