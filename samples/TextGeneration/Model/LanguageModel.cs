using AttentionGen;
using TextGeneration.Configuration;
using TextGeneration.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace TextGeneration.Model;

/// <summary>A causal language model of the Llama family over a paged KV cache.</summary>
internal sealed class LanguageModel : IDisposable
{
    private readonly Tensor _embedding;
    private readonly Tensor _outputWeight;
    private readonly DecoderLayer[] _layers;
    private readonly RmsNorm _norm;
    private readonly RotaryEmbedding _rotary;
    private readonly Device _device;

    private LanguageModel(
        ModelConfiguration configuration, Tensor embedding, Tensor outputWeight, DecoderLayer[] layers, RmsNorm norm, RotaryEmbedding rotary, Device device)
    {
        Configuration = configuration;
        _embedding = embedding;
        _outputWeight = outputWeight;
        _layers = layers;
        _norm = norm;
        _rotary = rotary;
        _device = device;
    }

    public ModelConfiguration Configuration { get; }

    /// <summary>What the model's attention layers need of a backend.</summary>
    /// <param name="configuration">The model.</param>
    /// <param name="device">The device, described.</param>
    /// <param name="type">The element type to compute in.</param>
    /// <param name="treeMask">Whether steps may have trees of draft tokens.</param>
    public static AttentionRequest RequestFor(ModelConfiguration configuration, AttentionDevice device, ElementType type, bool treeMask = false) => new()
    {
        Device = device,
        ElementType = type,
        HeadSize = configuration.HeadSize,
        QueryHeads = configuration.QueryHeads,
        KeyValueHeads = configuration.KeyValueHeads,
        Features = (configuration.SlidingWindows.Any(static window => window is not null) ? AttentionFeatures.SlidingWindow : AttentionFeatures.None)
            | (treeMask ? AttentionFeatures.TreeMask : AttentionFeatures.None),
    };

    /// <summary>Reads the weights and makes the attention layers.</summary>
    /// <param name="configuration">The model.</param>
    /// <param name="checkpoint">Its weights, which are copied.</param>
    /// <param name="backend">The attention backend.</param>
    /// <param name="device">The device, described.</param>
    /// <param name="type">The element type to compute in.</param>
    /// <param name="treeMask">Whether steps may have trees of draft tokens.</param>
    /// <param name="graphCapture">For which steps attention will be captured in CUDA graphs.</param>
    /// <exception cref="InvalidInputException">A tensor is missing or has another shape.</exception>
    public static LanguageModel Load(
        ModelConfiguration configuration,
        Checkpoint checkpoint,
        PagedAttentionBackend backend,
        AttentionDevice device,
        ElementType type,
        bool treeMask = false,
        GraphCaptureLevel graphCapture = GraphCaptureLevel.Never)
    {
        Device torchDevice = device.ToTorch();
        WeightLoader weights = new(checkpoint, configuration, type.ToScalarType(), torchDevice);
        Tensor embedding = weights.Load("model.embed_tokens.weight", configuration.VocabularySize, configuration.HiddenSize);
        DecoderLayer[] layers = new DecoderLayer[configuration.Layers];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            AttentionLayer attention = backend.CreateLayer(new AttentionLayerOptions
            {
                Device = device,
                ElementType = type,
                QueryHeads = configuration.QueryHeads,
                KeyValueHeads = configuration.KeyValueHeads,
                HeadSize = configuration.HeadSize,
                SlidingWindow = configuration.SlidingWindows[layer],
                TreeMask = treeMask,
                GraphCapture = graphCapture,
            });
            layers[layer] = new DecoderLayer(weights, configuration, layer, attention);
        }

        Tensor output = configuration.TieWordEmbeddings
            ? embedding.alias()
            : weights.Load("lm_head.weight", configuration.VocabularySize, configuration.HiddenSize);
        RotaryEmbedding rotary = new(configuration, torchDevice, type.ToScalarType());
        return new LanguageModel(configuration, embedding, output, layers, weights.LoadNorm("model.norm", configuration.HiddenSize), rotary, torchDevice);
    }

    /// <summary>Runs one step.</summary>
    /// <param name="tokens">The new tokens of all requests: [T].</param>
    /// <param name="positions">Their places in their requests: [T].</param>
    /// <param name="rows">The rows whose logits are wanted: [R].</param>
    /// <param name="cache">The keys and values of all layers.</param>
    /// <param name="plan">The plan of the step's batch.</param>
    /// <returns>float32 logits [R, vocabulary], which belong to the caller.</returns>
    public Tensor Forward(long[] tokens, long[] positions, long[] rows, PagedKeyValueCache cache, AttentionPlan plan)
    {
        using var scope = NewDisposeScope();
        return Forward(tensor(tokens, device: _device), tensor(positions, device: _device), tensor(rows, device: _device), cache, plan)
            .DetachFromDisposeScope();
    }

    /// <summary>Runs one step over inputs on the device: neither copies from the host nor waits, so it can be captured.</summary>
    /// <param name="tokens">The new tokens of all requests: int64 [T].</param>
    /// <param name="positions">Their places in their requests: int64 [T].</param>
    /// <param name="rows">The rows whose logits are wanted: int64 [R]; null: all.</param>
    /// <param name="cache">The keys and values of all layers.</param>
    /// <param name="plan">The plan of the step's batch.</param>
    /// <param name="keepsMemory">
    /// Whether the memory that the step takes stays taken, with tensors of the caller's dispose scope: those of the last layer and of
    /// all that is outside of layers. The other layers' have been in the same memory before.
    /// </param>
    /// <returns>float32 logits [R, vocabulary], in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor tokens, Tensor positions, Tensor? rows, PagedKeyValueCache cache, AttentionPlan plan, bool keepsMemory = false)
    {
        using DisposeScope? scope = keepsMemory ? null : NewDisposeScope();
        using var noGradient = no_grad();
        Tensor hidden = _embedding.index_select(0, tokens);
        (Tensor cosines, Tensor sines) = _rotary.At(positions);
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            using DisposeScope? layerScope = keepsMemory && layer == _layers.Length - 1 ? null : NewDisposeScope();
            _layers[layer].Forward(hidden, cosines, sines, cache[layer], plan);
        }

        Tensor last = _norm.Forward(rows is null ? hidden : hidden.index_select(0, rows));
        Tensor logits = nn.functional.linear(last, _outputWeight).to(ScalarType.Float32);
        return scope is null ? logits : logits.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (DecoderLayer layer in _layers)
            layer.Dispose();
        _norm.Dispose();
        _rotary.Dispose();
        _outputWeight.Dispose();
        _embedding.Dispose();
    }
}
