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

    private const int NoMask = 0, CausalFromBottomRight = 2;

    private static readonly LibtorchOperator s_operator = new("aten::_efficient_attention_forward");

    /// <summary>The kernel, or something with its behaviour.</summary>
    public delegate (torch.Tensor Output, torch.Tensor LogSumExp) Operator(in Arguments arguments);

    /// <summary>Calls the kernel.</summary>
    /// <returns>
    /// Output [B, rows, H, Dv], and float32 log-sum-exps [requests, H, longest request's rows rounded up to
    /// <see cref="LogSumExpAlignment"/>], which are empty where they are not wanted.
    /// </returns>
    public static (torch.Tensor Output, torch.Tensor LogSumExp) Forward(in Arguments arguments)
    {
        using OperatorCall call = new(s_operator);
        call.Push(arguments.Query);
        call.Push(arguments.Keys);
        call.Push(arguments.Values);
        call.PushOptional(arguments.Bias);
        call.PushOptional(arguments.QueryStartLoc);
        call.PushOptional(arguments.KeyStartLoc);
        call.PushOptional((long?)arguments.MaxQueries);
        call.PushOptional((long?)arguments.MaxKeys);
        call.Push(0.0); // dropout_p
        call.Push((long)(arguments.IsCausal ? CausalFromBottomRight : NoMask));
        call.Push(arguments.WantsLogSumExp);
        call.PushOptional((double?)arguments.Scale);
        call.PushNone(); // seqlen_k
        call.PushOptional(arguments.Window);
        call.Invoke(tensorResults: 4);
        return (call.TakeTensor(0), call.TakeTensor(1));
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
