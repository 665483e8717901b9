using TorchSharp;

namespace AttentionGen.Libtorch;

/// <summary>
/// libtorch's memory-efficient attention for CUDA, which comes from xFormers
/// (<see href="https://arxiv.org/abs/2112.05682"/>). Operands are not checked.
/// </summary>
internal static class EfficientAttention
{
    /// <summary>The log-sum-exps of a request are padded to a multiple of this.</summary>
    public const int LogSumExpAlignment = 32;

    private const string Function = "aoti_torch_cuda__efficient_attention_forward";
    private const int NoMask = 0, CausalFromBottomRight = 2;

    /// <summary>The kernel, or something with its behaviour.</summary>
    public delegate (torch.Tensor Output, torch.Tensor LogSumExp) Operator(in Arguments arguments);

    /// <summary>Calls the kernel.</summary>
    /// <returns>
    /// Output [B, rows, H, Dv], and float32 log-sum-exps [requests, H, longest request's rows rounded up to
    /// <see cref="LogSumExpAlignment"/>], which are empty where they are not wanted.
    /// </returns>
    /// <exception cref="InvalidOperationException">libtorch is a CPU build.</exception>
    /// <exception cref="LibtorchOperatorException">The kernel refused its arguments.</exception>
    public static unsafe (torch.Tensor Output, torch.Tensor LogSumExp) Forward(in Arguments arguments)
    {
        // Not through the dispatcher by name: its C interface cannot hand over results that are integers in symbolic form.
        var forward = (delegate* unmanaged<
            nint, nint, nint, nint*, nint*, nint*, long*, long*, double, long, int, double*, nint*, long*,
            nint*, nint*, nint*, nint*, long*, long*, int>)LibtorchRuntime.Abi.CudaFunction(Function);
        nint bias = HandleOf(arguments.Bias), queryStartLoc = HandleOf(arguments.QueryStartLoc), keyStartLoc = HandleOf(arguments.KeyStartLoc);
        long maxQueries = arguments.MaxQueries, maxKeys = arguments.MaxKeys, window = arguments.Window ?? 0, ignoredQueries, ignoredKeys;
        double scale = arguments.Scale;
        nint output, logSumExp, seed, offset;
        int code = forward(
            arguments.Query.Handle, arguments.Keys.Handle, arguments.Values.Handle,
            bias == 0 ? null : &bias,
            queryStartLoc == 0 ? null : &queryStartLoc,
            keyStartLoc == 0 ? null : &keyStartLoc,
            &maxQueries, &maxKeys,
            0, // dropout_p
            arguments.IsCausal ? CausalFromBottomRight : NoMask,
            arguments.WantsLogSumExp ? 1 : 0,
            &scale,
            null, // seqlen_k
            arguments.Window is null ? null : &window,
            &output, &logSumExp, &seed, &offset, &ignoredQueries, &ignoredKeys);
        GC.KeepAlive(arguments.Query);
        GC.KeepAlive(arguments.Keys);
        GC.KeepAlive(arguments.Values);
        GC.KeepAlive(arguments.Bias);
        GC.KeepAlive(arguments.QueryStartLoc);
        GC.KeepAlive(arguments.KeyStartLoc);
        if (code != 0)
            throw Failure(arguments);

        LibtorchRuntime.Abi.DeleteTensor(seed);
        LibtorchRuntime.Abi.DeleteTensor(offset);
        return (torch.Tensor.UnsafeCreateTensor(output), torch.Tensor.UnsafeCreateTensor(logSumExp));
    }

    private static nint HandleOf(torch.Tensor? tensor) => tensor?.Handle ?? 0;

    private static LibtorchOperatorException Failure(in Arguments arguments)
    {
        string operands = $"{(TensorView)arguments.Query}, {(TensorView)arguments.Keys}, {(TensorView)arguments.Values}";
        return new LibtorchOperatorException(
            "aten::_efficient_attention_forward", operands,
            $"libtorch's aten::_efficient_attention_forward failed for ({operands}). Its own message is on the standard error stream; check shapes, element types and devices against what the operator accepts.");
    }

    /// <summary>The arguments of the kernel.</summary>
    /// <param name="Query">[B, rows, H, D]; D and Dv a multiple of 16 bytes. B is 1 where requests lie end to end.</param>
    /// <param name="Keys">[B, keys, H, D].</param>
    /// <param name="Values">[B, keys, H, Dv].</param>
    /// <param name="Bias">
    /// [B, H, rows, keys] of the query's type, added to the scores, its rows at multiples of 16 bytes; or null. Not with
    /// requests end to end.
    /// </param>
    /// <param name="QueryStartLoc">Int32 [requests + 1] where requests lie end to end, or null.</param>
    /// <param name="KeyStartLoc">Int32 [requests + 1] likewise.</param>
    /// <param name="MaxQueries">The number of queries of the request that has most.</param>
    /// <param name="MaxKeys">The number of keys of the request that has most.</param>
    /// <param name="IsCausal">The last query of a request sees its last key, the one before the one before, and so on.</param>
    /// <param name="Window">The number of keys up to its own position that a query sees, under causality; null for all.</param>
    /// <param name="Scale">Factor on the scores.</param>
    /// <param name="WantsLogSumExp">Whether log-sum-exps are wanted.</param>
    internal readonly record struct Arguments(
        torch.Tensor Query, torch.Tensor Keys, torch.Tensor Values, torch.Tensor? Bias, torch.Tensor? QueryStartLoc, torch.Tensor? KeyStartLoc,
        long MaxQueries, long MaxKeys, bool IsCausal, long? Window, double Scale, bool WantsLogSumExp);
}
