using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Peers;

/// <summary>libtorch's attention by matrix products and a softmax, each on its own.</summary>
internal static class MathAttention
{
    private static readonly LibtorchOperator s_operator = new("aten::_scaled_dot_product_attention_math");

    /// <summary>Calls the operator.</summary>
    /// <param name="query">[B, Hq, L, D].</param>
    /// <param name="keys">[B, Hkv, S, D].</param>
    /// <param name="values">[B, Hkv, S, D].</param>
    /// <returns>[B, Hq, L, D], owned by the caller.</returns>
    /// <exception cref="LibtorchOperatorException">The operator refuses its arguments.</exception>
    public static Tensor Forward(Tensor query, Tensor keys, Tensor values)
    {
        using OperatorCall call = new(s_operator);
        call.Push(query);
        call.Push(keys);
        call.Push(values);
        call.PushNone(); // attn_mask
        call.Push(0.0); // dropout_p
        call.Push(false); // is_causal
        call.PushNone(); // dropout_mask
        call.PushNone(); // scale
        call.Push(query.size(1) != keys.size(1)); // enable_gqa
        call.Invoke(tensorResults: 2);
        return call.TakeTensor();
    }
}
