using static TorchSharp.torch;

namespace TextGeneration.Model;

/// <summary>A projection: weight [out, in] and perhaps a bias [out].</summary>
internal sealed class Linear(Tensor weight, Tensor? bias) : IDisposable
{
    /// <summary>[rows, in] to [rows, out].</summary>
    public Tensor Forward(Tensor input) => nn.functional.linear(input, weight, bias);

    public void Dispose()
    {
        weight.Dispose();
        bias?.Dispose();
    }
}
