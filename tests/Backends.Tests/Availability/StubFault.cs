namespace AttentionGen.Tests.Availability;

/// <summary>What a stub does wrong.</summary>
public enum StubFault
{
    None,
    ThrowsInConstructor,
    ThrowsWhenAsked,
    LacksLibrary,
    ThrowsInForward,
    ThrowsInDispose,
    WrongNumbers,
    NaN,
    LeavesRowsOut,
    WrongCache,
    ForgetsToStore,
    Slow,
}
