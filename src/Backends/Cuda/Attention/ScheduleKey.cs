namespace AttentionGen.Cuda.Attention;

/// <summary>What decides how a batch is cut into work: layers with the same key share one schedule of a step.</summary>
/// <param name="Window">The sliding window, or <see cref="int.MaxValue"/>.</param>
/// <param name="IsInvariant">Whether keys are cut at fixed multiples, whatever else is in the batch.</param>
/// <param name="SharesPrefix">Whether keys that all requests share may be attended to once for all.</param>
/// <param name="PrefillRows">The rows of an item of the prefill form, at most.</param>
/// <param name="Grid">The number of blocks.</param>
internal readonly record struct ScheduleKey(int Window, bool IsInvariant, bool SharesPrefix, int PrefillRows, int Grid);
