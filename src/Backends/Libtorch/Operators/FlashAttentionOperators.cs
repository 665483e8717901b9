using TorchSharp;

namespace AttentionGen.Libtorch;

/// <summary>
/// libtorch's blocked FlashAttention kernel for the CPU (<see href="https://arxiv.org/abs/2307.08691"/>), with the arguments that
/// attention over a cache needs. Operands are not checked.
/// </summary>
internal static class FlashAttentionOperators
{
    private static readonly LibtorchOperator s_cpu = new("aten::_scaled_dot_product_flash_attention_for_cpu");

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
}
