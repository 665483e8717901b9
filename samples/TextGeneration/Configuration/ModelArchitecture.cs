namespace TextGeneration.Configuration;

/// <summary>The decoder architectures that can be loaded, by the names that config.json gives them.</summary>
internal enum ModelArchitecture
{
    LlamaForCausalLM,
    MistralForCausalLM,
    Qwen2ForCausalLM,
    Qwen3ForCausalLM,
}
