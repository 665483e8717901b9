using TorchSharp;

namespace AttentionGen.Libtorch;

/// <summary>
/// libtorch's FlashAttention kernels with the arguments that attention over a cache needs: FlashAttention-2 on CUDA
/// (<see href="https://arxiv.org/abs/2307.08691"/>) over requests laid end to end, and the blocked kernel of the CPU.
/// Operands are not checked.
/// </summary>
internal static class FlashAttentionOperators
{
    private static readonly LibtorchOperator s_cuda = new("aten::_flash_attention_forward");
    private static readonly LibtorchOperator s_cpu = new("aten::_scaled_dot_product_flash_attention_for_cpu");

    /// <summary>The CUDA kernel, or something with its behaviour.</summary>
    public delegate (torch.Tensor Output, torch.Tensor LogSumExp) VarlenOperator(in VarlenArguments arguments);

    /// <summary>Calls the CUDA kernel.</summary>
    /// <returns>
    /// Output [rows, Hq, D] and float32 log-sum-exps [Hq, rows]. A row without a key is 0 and plus infinity.
    /// </returns>
    public static (torch.Tensor Output, torch.Tensor LogSumExp) Varlen(in VarlenArguments arguments)
    {
        using OperatorCall call = new(s_cuda);
        call.Push(arguments.Query);
        call.Push(arguments.Keys);
        call.Push(arguments.Values);
        call.PushOptional(arguments.QueryStartLoc);
        call.PushOptional(arguments.KeyStartLoc);
        call.Push(arguments.MaxQueries);
        call.Push(arguments.MaxKeys);
        call.Push(0.0); // dropout_p
        call.Push(arguments.IsCausal);
        call.Push(false); // return_debug_mask
        call.PushOptional((double?)arguments.Scale);
        call.PushOptional(arguments.WindowLeft);
        call.PushOptional(arguments.WindowRight);
        call.PushNone(); // seqused_k
        call.PushNone(); // alibi_slopes, which libtorch's build of the kernel refuses
        call.Invoke(tensorResults: 5);
        return (call.TakeTensor(0), call.TakeTensor(1));
    }

    /// <summary>Calls the CPU kernel.</summary>
    /// <param name="query">[N, H, L, D].</param>
    /// <param name="keys">[N, H, S, D].</param>
    /// <param name="values">[N, H, S, D].</param>
    /// <param name="isCausal">Row i sees columns up to i.</param>
    /// <param name="mask">Float32 or of the query's type, added to the scores; four dimensions; or null.</param>
    /// <param name="scale">Factor on the scores; null for 1 / sqrt(D).</param>
    /// <returns>Output [N, H, L, D] and float32 log-sum-exps [N, H, L].</returns>
    public static (torch.Tensor Output, torch.Tensor LogSumExp) OnCpu(
        torch.Tensor query, torch.Tensor keys, torch.Tensor values, bool isCausal, torch.Tensor? mask, double? scale)
    {
        using OperatorCall call = new(s_cpu);
        call.Push(query);
        call.Push(keys);
        call.Push(values);
        call.Push(0.0); // dropout_p
        call.Push(isCausal);
        call.PushOptional(mask);
        call.PushOptional(scale);
        call.Invoke(tensorResults: 2);
        return (call.TakeTensor(0), call.TakeTensor(1));
    }

    /// <summary>The arguments of the CUDA kernel.</summary>
    /// <param name="Query">[rows, Hq, D], Float16 or BFloat16; D a multiple of 8 up to 256.</param>
    /// <param name="Keys">[keys, Hkv, D].</param>
    /// <param name="Values">[keys, Hkv, D].</param>
    /// <param name="QueryStartLoc">Int32 [requests + 1].</param>
    /// <param name="KeyStartLoc">Int32 [requests + 1].</param>
    /// <param name="MaxQueries">The number of queries of the request that has most.</param>
    /// <param name="MaxKeys">The number of keys of the request that has most.</param>
    /// <param name="IsCausal">The last query of a request sees its last key, the one before the one before, and so on.</param>
    /// <param name="Scale">Factor on the scores.</param>
    /// <param name="WindowLeft">How many keys before its own position a query sees; null for all.</param>
    /// <param name="WindowRight">How many after it; null for all.</param>
    internal readonly record struct VarlenArguments(
        torch.Tensor Query, torch.Tensor Keys, torch.Tensor Values, torch.Tensor QueryStartLoc, torch.Tensor KeyStartLoc,
        long MaxQueries, long MaxKeys, bool IsCausal, double Scale, long? WindowLeft, long? WindowRight);
}
