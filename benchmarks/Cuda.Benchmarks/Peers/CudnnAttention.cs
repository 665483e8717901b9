using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Peers;

/// <summary>cuDNN's attention, by libtorch's operator of its own. Operands are not checked.</summary>
internal static unsafe class CudnnAttention
{
    private const string Function = "aoti_torch_cuda__scaled_dot_product_cudnn_attention";

    /// <summary>Calls the operator.</summary>
    /// <param name="query">[B, Hq, L, D].</param>
    /// <param name="keys">[B, Hkv, S, D].</param>
    /// <param name="values">[B, Hkv, S, D].</param>
    /// <param name="isCausal">Row i sees columns up to i.</param>
    /// <returns>[B, Hq, L, D], owned by the caller.</returns>
    /// <exception cref="LibtorchOperatorException">The operator refuses its arguments.</exception>
    public static Tensor Forward(Tensor query, Tensor keys, Tensor values, bool isCausal)
    {
        // Not through the dispatcher by name: its C interface cannot hand over results that are integers in symbolic form.
        var forward = (delegate* unmanaged<
            nint, nint, nint, nint*, int, double, int, int, double*,
            nint*, nint*, nint*, nint*, long*, long*, nint*, nint*, nint*, int>)LibtorchRuntime.Abi.CudaFunction(Function);
        nint output, logSumExp, queryStarts, keyStarts, seed, offset, mask;
        long maxQueries, maxKeys;
        int code = forward(
            query.Handle, keys.Handle, values.Handle,
            null, // attn_bias
            0, // compute_log_sumexp
            0, // dropout_p
            isCausal ? 1 : 0,
            0, // return_debug_mask
            null, // scale
            &output, &logSumExp, &queryStarts, &keyStarts, &maxQueries, &maxKeys, &seed, &offset, &mask);
        GC.KeepAlive(query);
        GC.KeepAlive(keys);
        GC.KeepAlive(values);
        if (code != 0)
        {
            string operands = $"{(TensorView)query}, {(TensorView)keys}, {(TensorView)values}";
            throw new LibtorchOperatorException(
                "aten::_scaled_dot_product_cudnn_attention", operands,
                $"libtorch's aten::_scaled_dot_product_cudnn_attention failed for ({operands}). Its own message is on the standard error stream.");
        }

        foreach (nint unused in (ReadOnlySpan<nint>)[logSumExp, queryStarts, keyStarts, seed, offset, mask])
            LibtorchRuntime.Abi.DeleteTensor(unused);
        return Tensor.UnsafeCreateTensor(output);
    }
}
