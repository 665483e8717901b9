namespace AttentionGen.Conformance.Checks;

/// <summary>What is made when a refusal is due.</summary>
[Flags]
internal enum RefusalPlace
{
    None = 0,
    Layer = 1,
    Cache = 2,
    Both = Layer | Cache,
    Plan = 4,
}
