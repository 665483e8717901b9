namespace AttentionGen.Flex;

/// <summary>What an expression's value varies with.</summary>
[Flags]
internal enum Dependence : byte
{
    None = 0,
    Request = 1,
    Head = 2,
    Query = 4,
    Key = 8,
    Score = 16,
}
