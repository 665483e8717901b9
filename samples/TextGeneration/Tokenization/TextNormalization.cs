namespace TextGeneration.Tokenization;

/// <summary>What is done to text before it is cut into tokens.</summary>
internal enum TextNormalization
{
    None,

    /// <summary>Unicode normalisation form C.</summary>
    FormC,
}
