namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>A call whose time on the host is measured.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="Call">The call, which does not wait for the device.</param>
internal sealed record HostContender(string Name, Action Call);
