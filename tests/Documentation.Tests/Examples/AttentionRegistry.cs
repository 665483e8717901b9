namespace AttentionGen.Tests;

public static partial class AttentionRegistry;
