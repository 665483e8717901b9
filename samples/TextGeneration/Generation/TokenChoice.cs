using static TorchSharp.torch;

namespace TextGeneration.Generation;

/// <summary>Chooses tokens by a step's logits.</summary>
/// <param name="logits">The logits [R, vocabulary]; not kept longer than the step.</param>
/// <param name="temperature">0 for the likeliest token; above, the temperature of the draws.</param>
internal sealed class TokenChoice(StepLogits logits, double temperature)
{
    private readonly long[] _likeliest = temperature == 0 ? logits.Likeliest() : [];

    /// <summary>Chooses one token for each of some rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="draws">The source of each row's draw, from which exactly one number is taken.</param>
    public int[] At(long[] rows, Random[] draws) =>
        temperature == 0 ? Array.ConvertAll(rows, row => (int)_likeliest[row]) : Draw(rows, draws);

    private int[] Draw(long[] rows, Random[] draws)
    {
        using var scope = NewDisposeScope();
        Tensor wanted = logits.Logits.index_select(0, tensor(rows, device: logits.Logits.device));
        ReadOnlySpan<float> all = wanted.cpu().data<float>().ToArray();
        int vocabulary = all.Length / rows.Length;
        int[] chosen = new int[rows.Length];
        for (int i = 0; i < chosen.Length; i++)
            chosen[i] = Sampler.Draw(all.Slice(i * vocabulary, vocabulary), temperature, draws[i]);
        return chosen;
    }
}
