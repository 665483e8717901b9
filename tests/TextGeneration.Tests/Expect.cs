namespace TextGeneration.Tests;

internal static class Expect
{
    /// <summary>The action fails as an input error whose message has every part.</summary>
    public static void InvalidInput(Action action, params string[] parts)
    {
        var error = Assert.Throws<InvalidInputException>(action);
        foreach (string part in parts)
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}
