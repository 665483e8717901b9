namespace App;

/// <summary>Makes the registry of the application public.</summary>
public static partial class AttentionRegistry;
