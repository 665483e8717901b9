using static TorchSharp.torch;

namespace TextGeneration.Model;

/// <summary>Root mean square normalisation over the last dimension, computed in float32 as transformers does.</summary>
internal sealed class RmsNorm(Tensor weight, Tensor epsilon) : IDisposable
{
    public Tensor Forward(Tensor input)
    {
        Tensor wide = input.to(ScalarType.Float32);
        Tensor variance = wide.mul(wide).mean([-1], keepdim: true);
        return wide.mul(variance.Add(epsilon).rsqrt_()).to(input.dtype).mul(weight);
    }

    public void Dispose()
    {
        weight.Dispose();
        epsilon.Dispose();
    }
}
