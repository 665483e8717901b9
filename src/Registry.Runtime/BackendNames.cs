namespace AttentionGen;

/// <summary>What can be said of the in-tree names without a registry.</summary>
internal static class BackendNames
{
    public static int Count => (int)Backend.RocmAiterUnifiedAttn + 1;

    public static bool IsDefined(Backend backend) => (uint)backend < (uint)Count;
}
