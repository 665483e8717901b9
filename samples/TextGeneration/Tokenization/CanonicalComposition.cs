namespace TextGeneration.Tokenization;

/// <summary>Unicode normalisation form C.</summary>
internal static class CanonicalComposition
{
    public static string Normalize(string text) => text.Normalize();
}
