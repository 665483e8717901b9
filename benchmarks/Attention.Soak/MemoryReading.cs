namespace AttentionGen.Soak;

/// <summary>Memory after a number of steps.</summary>
/// <param name="Step">The number of steps.</param>
/// <param name="ManagedBytes">Live managed objects, after a full collection.</param>
/// <param name="ResidentBytes">The process's resident set: managed and native.</param>
/// <param name="HeldPages">Cache pages that requests hold.</param>
/// <param name="AllocatedBytes">Managed bytes allocated since the start, freed or not.</param>
internal sealed record MemoryReading(int Step, long ManagedBytes, long ResidentBytes, int HeldPages, long AllocatedBytes)
{
    public static MemoryReading Take(int step, PageAllocator allocator)
    {
        long allocated = GC.GetTotalAllocatedBytes();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        GCMemoryInfo heap = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return new MemoryReading(step, heap.HeapSizeBytes - heap.FragmentedBytes, Environment.WorkingSet, allocator.PageCount - allocator.FreeCount, allocated);
    }
}
