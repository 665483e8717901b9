using TextGeneration.Configuration;
using static TorchSharp.torch;

namespace TextGeneration.Model;

/// <summary>Rotary position embedding, <see href="https://arxiv.org/abs/2104.09864"/>, with a head's halves as pairs.</summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly Tensor _cosines;
    private readonly Tensor _sines;

    public RotaryEmbedding(ModelConfiguration configuration, Device device, ScalarType type)
    {
        (float[] inverseFrequencies, float scaling) = RotaryFrequencies.Compute(configuration, configuration.MaximumPositions);
        int positions = configuration.MaximumPositions;
        int half = inverseFrequencies.Length;
        float[] cosines = new float[positions * half];
        float[] sines = new float[positions * half];
        for (int position = 0; position < positions; position++)
        {
            for (int pair = 0; pair < half; pair++)
            {
                // float32 as in transformers, so that the angle is rounded alike.
                (float sine, float cosine) = MathF.SinCos(position * inverseFrequencies[pair]);
                cosines[(position * half) + pair] = cosine * scaling;
                sines[(position * half) + pair] = sine * scaling;
            }
        }

        using var scope = TorchSharp.torch.NewDisposeScope();
        _cosines = tensor(cosines).view(positions, 1, half).to(type).to(device).DetachFromDisposeScope();
        _sines = tensor(sines).view(positions, 1, half).to(type).to(device).DetachFromDisposeScope();
    }

    /// <summary>The rows of the tables for a step's positions: two of [T, 1, D / 2].</summary>
    public (Tensor Cosines, Tensor Sines) At(Tensor positions) =>
        (_cosines.index_select(0, positions), _sines.index_select(0, positions));

    /// <summary>Rotates [T, heads, D].</summary>
    public static Tensor Rotate(Tensor heads, Tensor cosines, Tensor sines)
    {
        long half = heads.size(-1) / 2;
        Tensor first = heads.narrow(-1, 0, half);
        Tensor second = heads.narrow(-1, half, half);
        return cat([first.mul(cosines).sub_(second.mul(sines)), second.mul(cosines).Add(first.mul(sines))], -1);
    }

    public void Dispose()
    {
        _cosines.Dispose();
        _sines.Dispose();
    }
}
