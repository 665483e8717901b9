namespace TextGeneration.Tokenization;

/// <summary>A token that is recognised in the text itself, before anything else looks at it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">The text that stands for it.</param>
/// <param name="IsSpecial">Whether it steers the model instead of being text, so that decoding leaves it out.</param>
/// <param name="IsNormalized">Whether it is looked for after normalisation instead of before.</param>
/// <param name="StripsLeft">Whether it takes the white space before it with it.</param>
/// <param name="StripsRight">Whether it takes the white space after it with it.</param>
internal sealed record AddedToken(int Id, string Content, bool IsSpecial, bool IsNormalized, bool StripsLeft, bool StripsRight);
