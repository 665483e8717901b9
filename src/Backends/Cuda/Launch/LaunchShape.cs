namespace AttentionGen.Cuda;

/// <summary>How a kernel is launched.</summary>
/// <param name="Grid">The number of blocks along x.</param>
/// <param name="Threads">The number of threads of a block.</param>
internal readonly record struct LaunchShape(int Grid, int Threads)
{
    /// <summary>The number of blocks along y.</summary>
    public int GridY { get; init; } = 1;

    /// <summary>The number of blocks along z.</summary>
    public int GridZ { get; init; } = 1;

    /// <summary>The bytes of dynamic shared memory of a block; at most what the kernel was loaded for.</summary>
    public int SharedMemory { get; init; }

    /// <summary>The number of blocks of a cluster; 1: there are no clusters.</summary>
    public int Cluster { get; init; } = 1;

    /// <summary>Whether the kernel may begin before the one before it has ended; it has to wait by <c>griddepcontrol.wait</c>.</summary>
    public bool OverlapsPrevious { get; init; }
}
