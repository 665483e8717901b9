using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Peers;

/// <summary>
/// libtorch's FlashAttention-2 for CUDA (<see href="https://arxiv.org/abs/2307.08691"/>) over requests laid end to end, causal.
/// Operands are not checked.
/// </summary>
internal static class FlashAttentionForward
{
    private static readonly LibtorchOperator s_operator = new("aten::_flash_attention_forward");

    /// <summary>Calls the kernel.</summary>
    /// <param name="query">[rows, Hq, D], Float16 or BFloat16; D a multiple of 8 up to 256.</param>
    /// <param name="keys">[keys, Hkv, D].</param>
    /// <param name="values">[keys, Hkv, D].</param>
    /// <param name="queryStartLoc">Int32 [requests + 1].</param>
    /// <param name="keyStartLoc">Int32 [requests + 1].</param>
    /// <param name="maxQueries">The number of queries of the request that has most.</param>
    /// <param name="maxKeys">The number of keys of the request that has most.</param>
    /// <param name="scale">Factor on the scores.</param>
    /// <param name="window">The sliding window, or null.</param>
    /// <returns>[rows, Hq, D]; the caller owns it.</returns>
    public static Tensor Call(
        Tensor query, Tensor keys, Tensor values, Tensor queryStartLoc, Tensor keyStartLoc, long maxQueries, long maxKeys, double scale, int? window)
    {
        using OperatorCall call = new(s_operator);
        call.Push(query);
        call.Push(keys);
        call.Push(values);
        call.PushOptional(queryStartLoc);
        call.PushOptional(keyStartLoc);
        call.Push(maxQueries);
        call.Push(maxKeys);
        call.Push(0.0); // dropout_p
        call.Push(true); // is_causal
        call.Push(false); // return_debug_mask
        call.PushOptional((double?)scale);
        call.PushOptional(window is null ? null : (long?)window - 1); // window_size_left
        call.PushOptional(window is null ? null : (long?)0); // window_size_right
        call.PushNone(); // seqused_k
        call.PushNone(); // alibi_slopes, which libtorch's build of the kernel refuses
        call.Invoke(tensorResults: 5);
        call.TakeTensor(1).Dispose();
        return call.TakeTensor(0);
    }
}
