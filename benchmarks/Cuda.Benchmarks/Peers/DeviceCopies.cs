using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Peers;

/// <summary>Copies on the device, which tell how fast its memory is.</summary>
internal static class DeviceCopies
{
    private const long Bytes = 4L << 30;

    private static readonly LibtorchOperator s_negate = new("aten::neg", "out");

    /// <summary>The contenders, over memory of the current dispose scope. Bytes count twice: read, and written.</summary>
    public static Contender[] Create(AttentionDevice device)
    {
        Tensor source = zeros([Bytes / sizeof(float)], dtype: ScalarType.Float32, device: device.ToTorch());
        Tensor target = zeros_like(source);
        return
        [
            new Contender("device copy of 4 GiB, cudaMemcpyAsync (tensor.copy_)", Family.Copy, _ => target.copy_(source)) { Work = 2 * Bytes, Unit = WorkUnit.Bytes },
            new Contender("device copy of 4 GiB, a kernel (aten::neg.out)", Family.Copy, _ => Negate(source, target)) { Work = 2 * Bytes, Unit = WorkUnit.Bytes },
        ];
    }

    private static Tensor Negate(Tensor source, Tensor target)
    {
        using OperatorCall call = new(s_negate);
        call.Push(source);
        call.Push(target);
        call.Invoke();
        return target;
    }
}
