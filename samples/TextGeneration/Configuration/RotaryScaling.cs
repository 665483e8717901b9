namespace TextGeneration.Configuration;

/// <summary>How rotary position embeddings are stretched beyond the length that a model was first trained on.</summary>
internal enum RotaryScaling
{
    /// <summary>Not at all: the frequencies of RoFormer (Su et al. 2021, arXiv:2104.09864).</summary>
    Default,

    /// <summary>Position interpolation: every frequency divided by a factor (Chen et al. 2023, arXiv:2306.15595).</summary>
    Linear,

    /// <summary>NTK-aware interpolation whose base grows with the sequence (described with YaRN, arXiv:2309.00071, section 3.1 and appendix B.1).</summary>
    Dynamic,

    /// <summary>Llama 3.1's: long wavelengths interpolated, short ones kept, a ramp between (Grattafiori et al. 2024, arXiv:2407.21783, and its released code).</summary>
    Llama3,

    /// <summary>YaRN: NTK-by-parts interpolation and a temperature on the logits (Peng et al. 2023, arXiv:2309.00071).</summary>
    Yarn,
}
