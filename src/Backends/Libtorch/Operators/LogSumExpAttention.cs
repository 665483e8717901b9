using TorchSharp;

namespace AttentionGen.Libtorch;

/// <summary>
/// libtorch's flash kernels called directly, because they give what <c>scaled_dot_product_attention</c> keeps to itself:
/// the log-sum-exp of each row of scores, with which results over parts of a sequence are merged.
/// </summary>
public static class LogSumExpAttention
{
    private static readonly LibtorchOperator s_cuda = new("aten::_flash_attention_forward");

    /// <summary>Computes attention and the natural logarithm of each row's softmax denominator.</summary>
    /// <param name="query">
    /// [B, Hq, Sq, D]; on the CPU Float32, Float16 or BFloat16, on CUDA (compute capability 8.0 and up) Float16 or BFloat16.
    /// </param>
    /// <param name="key">[B, Hkv, Sk, D] of the same type on the same device; Hq must be a multiple of Hkv.</param>
    /// <param name="value">[B, Hkv, Sk, D] of the same type on the same device.</param>
    /// <param name="isCausal">
    /// Position i attends to positions up to i. Sq and Sk must then be equal: libtorch's kernels disagree on where the
    /// diagonal lies when they are not.
    /// </param>
    /// <param name="scale">Factor on the scores; null for 1 / sqrt(D).</param>
    /// <returns>
    /// Output [B, Hq, Sq, D] of the query's type, and log-sum-exp [B, Hq, Sq] of Float32. Both belong to the caller.
    /// </returns>
    /// <exception cref="ArgumentException">An operand is disposed or does not fit; the message says how.</exception>
    /// <exception cref="LibtorchOperatorException">libtorch refused what passed these checks.</exception>
    public static (torch.Tensor Output, torch.Tensor LogSumExp) Forward(
        torch.Tensor query, torch.Tensor key, torch.Tensor value, bool isCausal = false, double? scale = null)
    {
        TensorView queryView = query, keyView = key, valueView = value;
        AttentionArguments.Check(queryView, keyView, valueView, enableGqa: true);
        AttentionArguments.CheckScale(scale);
        if (valueView.Size(3) != queryView.Size(3))
            throw new ArgumentException($"query is {queryView}, value {valueView}; flash attention needs the same head size (dimension 3).", nameof(value));
        if (isCausal && queryView.Size(2) != keyView.Size(2))
            throw new ArgumentException($"query is {queryView}, key {keyView}; with isCausal both need the same length (dimension 2).", nameof(key));
        if (queryView.ElementCount == 0 || keyView.ElementCount == 0)
            throw new ArgumentException($"query is {queryView}, key {keyView}; neither may be empty.", nameof(query));

        return queryView.Device switch
        {
            DeviceKind.Cpu => FlashAttentionOperators.OnCpu(query, key, value, isCausal, mask: null, scale),
            DeviceKind.Cuda => OnCuda(query, key, value, isCausal, scale, queryView, keyView),
            _ => throw new ArgumentException($"query is {queryView}; attention with log-sum-exp runs on Cpu and Cuda.", nameof(query)),
        };
    }

    // The operator below scaled_dot_product_flash_attention: that one returns undefined tensors, which libtorch's C
    // interface cannot hand over. It wants [B, S, H, D].
    private static (torch.Tensor Output, torch.Tensor LogSumExp) OnCuda(
        torch.Tensor query, torch.Tensor key, torch.Tensor value, bool isCausal, double? scale, in TensorView queryView, in TensorView keyView)
    {
        if (queryView.ElementType == ElementType.Float32)
            throw new ArgumentException($"query is {queryView}; on CUDA, attention with log-sum-exp takes Float16 and BFloat16.", nameof(query));

        using torch.Tensor queryRows = query.transpose(1, 2), keyRows = key.transpose(1, 2), valueRows = value.transpose(1, 2);
        using OperatorCall call = new(s_cuda);
        call.Push(queryRows);
        call.Push(keyRows);
        call.Push(valueRows);
        call.PushNone(); // cum_seq_q
        call.PushNone(); // cum_seq_k
        call.Push(queryView.Size(2)); // max_q
        call.Push(keyView.Size(2)); // max_k
        call.Push(0.0); // dropout_p
        call.Push(isCausal);
        call.Push(false); // return_debug_mask
        call.PushOptional(scale);
        call.PushNone(); // window_size_left
        call.PushNone(); // window_size_right
        call.PushNone(); // seqused_k
        call.PushNone(); // alibi_slopes
        call.Invoke(tensorResults: 5);
        using torch.Tensor outputRows = call.TakeTensor(0);
        return (outputRows.transpose(1, 2), call.TakeTensor(1));
    }
}
