using static TorchSharp.torch;

namespace TextGeneration.Generation;

/// <summary>What a step computed: the logits after its rows, and the likeliest tokens.</summary>
internal sealed class StepLogits : IDisposable
{
    private readonly Tensor? _likeliest;
    private readonly bool _isOwner;

    private StepLogits(Tensor logits, Tensor? likeliest, bool isOwner)
    {
        Logits = logits;
        _likeliest = likeliest;
        _isOwner = isOwner;
    }

    /// <summary>float32 [R, vocabulary].</summary>
    public Tensor Logits { get; }

    /// <summary>Takes logits over, and disposes them.</summary>
    public static StepLogits Take(Tensor logits) => new(logits, null, isOwner: true);

    /// <summary>Borrows logits, and the likeliest token of each row: int64 [R].</summary>
    public static StepLogits Lend(Tensor logits, Tensor likeliest) => new(logits, likeliest, isOwner: false);

    /// <summary>The likeliest token of each row; waits for the device.</summary>
    public long[] Likeliest()
    {
        if (_likeliest is null)
            return Sampler.Greedy(Logits);

        using Tensor host = _likeliest.cpu();
        return host.data<long>().ToArray();
    }

    public void Dispose()
    {
        if (_isOwner)
            Logits.Dispose();
    }
}
