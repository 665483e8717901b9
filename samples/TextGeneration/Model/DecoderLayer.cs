using AttentionGen;
using TextGeneration.Configuration;
using static TorchSharp.torch;

namespace TextGeneration.Model;

/// <summary>One layer of the Llama family: attention and a gated feed-forward network, each behind a norm.</summary>
internal sealed class DecoderLayer : IDisposable
{
    private readonly ModelConfiguration _configuration;
    private readonly RmsNorm _attentionNorm;
    private readonly Linear _queries;
    private readonly Linear _keys;
    private readonly Linear _values;
    private readonly Linear _output;
    private readonly RmsNorm? _queryNorm;
    private readonly RmsNorm? _keyNorm;
    private readonly RmsNorm _feedForwardNorm;
    private readonly Linear _gate;
    private readonly Linear _up;
    private readonly Linear _down;
    private readonly AttentionLayer _attention;

    public DecoderLayer(WeightLoader weights, ModelConfiguration configuration, int layer, AttentionLayer attention)
    {
        _configuration = configuration;
        _attention = attention;
        string prefix = $"model.layers.{layer}";
        int hidden = configuration.HiddenSize, inner = configuration.IntermediateSize, size = configuration.HeadSize;
        int queries = configuration.QueryHeads * size, keys = configuration.KeyValueHeads * size;
        _attentionNorm = weights.LoadNorm($"{prefix}.input_layernorm", hidden);
        _queries = weights.LoadLinear($"{prefix}.self_attn.q_proj", queries, hidden, configuration.QueryKeyValueBias);
        _keys = weights.LoadLinear($"{prefix}.self_attn.k_proj", keys, hidden, configuration.QueryKeyValueBias);
        _values = weights.LoadLinear($"{prefix}.self_attn.v_proj", keys, hidden, configuration.QueryKeyValueBias);
        _output = weights.LoadLinear($"{prefix}.self_attn.o_proj", hidden, queries, configuration.AttentionOutputBias);
        _queryNorm = configuration.QueryKeyNorm ? weights.LoadNorm($"{prefix}.self_attn.q_norm", size) : null;
        _keyNorm = configuration.QueryKeyNorm ? weights.LoadNorm($"{prefix}.self_attn.k_norm", size) : null;
        _feedForwardNorm = weights.LoadNorm($"{prefix}.post_attention_layernorm", hidden);
        _gate = weights.LoadLinear($"{prefix}.mlp.gate_proj", inner, hidden, configuration.FeedForwardBias);
        _up = weights.LoadLinear($"{prefix}.mlp.up_proj", inner, hidden, configuration.FeedForwardBias);
        _down = weights.LoadLinear($"{prefix}.mlp.down_proj", hidden, inner, configuration.FeedForwardBias);
    }

    /// <summary>Adds the layer's two contributions to the residual stream [T, hidden size].</summary>
    public void Forward(Tensor hidden, Tensor cosines, Tensor sines, KeyValueCacheLayer cache, AttentionPlan plan)
    {
        hidden.Add(Attend(_attentionNorm.Forward(hidden), cosines, sines, cache, plan));
        Tensor normed = _feedForwardNorm.Forward(hidden);
        hidden.Add(_down.Forward(nn.functional.silu(_gate.Forward(normed)).mul_(_up.Forward(normed))));
    }

    public void Dispose()
    {
        foreach (IDisposable? part in (ReadOnlySpan<IDisposable?>)[
            _attentionNorm, _queries, _keys, _values, _output, _queryNorm, _keyNorm, _feedForwardNorm, _gate, _up, _down, _attention])
        {
            part?.Dispose();
        }
    }

    private Tensor Attend(Tensor input, Tensor cosines, Tensor sines, KeyValueCacheLayer cache, AttentionPlan plan)
    {
        long tokens = input.size(0);
        Tensor query = _queries.Forward(input).view(tokens, _configuration.QueryHeads, _configuration.HeadSize);
        Tensor key = _keys.Forward(input).view(tokens, _configuration.KeyValueHeads, _configuration.HeadSize);
        Tensor value = _values.Forward(input).view(tokens, _configuration.KeyValueHeads, _configuration.HeadSize);
        query = RotaryEmbedding.Rotate(_queryNorm?.Forward(query) ?? query, cosines, sines);
        key = RotaryEmbedding.Rotate(_keyNorm?.Forward(key) ?? key, cosines, sines);
        Tensor attended = empty_like(query);
        _attention.Forward(query, key, value, cache, plan, attended);
        return _output.Forward(attended.view(tokens, -1));
    }
}
