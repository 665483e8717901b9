namespace AttentionGen.Tests;

/// <summary>The tests that write the environment variable ATTENTION_BACKEND, or select by a registry, which reads it: one after another.</summary>
public static class EnvironmentUse
{
    public const string Name = "environment";
}
