namespace AttentionGen.Tests.Availability;

/// <summary>What is wrong with a <see cref="FaultyBackend"/>.</summary>
public enum Fault
{
    None,
    MissingLibrary,
    Throws,
    WrongNumbers,
    NotNumbers,
}
