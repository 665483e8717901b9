using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>
/// Attention sinks after the fact: a logit without a value joins a row's softmax, which is the row as it is, weighted by
/// sigmoid(log-sum-exp - sink), and a log-sum-exp with the sink in it.
/// </summary>
internal static class SinkCorrection
{
    /// <summary>Applies sinks [H] to output [rows, H, Dv] and float32 log-sum-exps [H, rows].</summary>
    public static (Tensor Output, Tensor LogSumExp) Apply(Tensor output, Tensor logSumExp, Tensor sinks)
    {
        Tensor perHead = sinks.unsqueeze(1);
        Tensor weights = logSumExp.sub(perHead).sigmoid().transpose(0, 1).unsqueeze(-1);
        return (output.to(ScalarType.Float32).mul(weights).to(output.dtype), logSumExp.logaddexp(perHead));
    }
}
