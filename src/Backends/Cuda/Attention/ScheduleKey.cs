namespace AttentionGen.Cuda.Attention;

/// <summary>What decides how a batch is cut into work: layers with the same key share one schedule of a step.</summary>
/// <param name="Window">The sliding window, or <see cref="int.MaxValue"/>.</param>
/// <param name="IsInvariant">Whether keys are cut at fixed multiples, whatever else is in the batch.</param>
/// <param name="SharesPrefix">Whether keys that all requests share may be attended to once for all.</param>
/// <param name="PrefillRows">The rows of an item of the prefill form, at most.</param>
/// <param name="Grid">The number of blocks.</param>
/// <param name="Rows">Which requests it is for.</param>
/// <param name="TileKeys">The keys of a tile of <see cref="HopperKernels"/>, where they may take the layer's requests of many rows; else 0.</param>
/// <param name="IsForHopper">Whether it is for those that they take; else for the others.</param>
/// <param name="RunsBeside">Whether the launch for requests of few rows runs beside that for the others.</param>
internal readonly record struct ScheduleKey(
    int Window, bool IsInvariant, bool SharesPrefix, int PrefillRows, int Grid,
    ScheduledRows Rows = ScheduledRows.All, int TileKeys = 0, bool IsForHopper = false, bool RunsBeside = false)
{
    /// <summary>Whether a plan over pages of a size needs the schedule.</summary>
    /// <param name="pageSize">The page size; null: keys are not in pages.</param>
    public bool IsFor(int? pageSize) => TileKeys == 0 || pageSize is null
        || (PageMaps.PieceRows(pageSize.Value, TileKeys) > 0) == IsForHopper;
}
