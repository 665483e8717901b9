using AttentionGen.Conformance;

namespace AttentionGen.Tests;

/// <summary>What is known to fail. Every line is a defect to be mended and to be deleted then.</summary>
internal static class KnownFailures
{
    public static string[] Backends { get; } = ["TORCH_SDPA"];

    public static bool Contains(ConformanceCase failure) => failure.Backend == "TORCH_SDPA" && (IgnoresWindowOfFullAttention(failure) || HidesByScaledInfinity(failure));

    // Its schedule has no window where attention is not causal.
    private static bool IgnoresWindowOfFullAttention(ConformanceCase failure) =>
        failure.Name.Contains(" full", StringComparison.Ordinal) && failure.Name.Contains("window=", StringComparison.Ordinal);

    // libtorch's CPU kernel multiplies its causal mask's minus infinity by the scale: NaN where that is 0 or negative.
    private static bool HidesByScaledInfinity(ConformanceCase failure) =>
        failure.Name.Contains("scale=-", StringComparison.Ordinal) || failure.Name.Contains("scale=0 ", StringComparison.Ordinal) || failure.Name.EndsWith("scale=0", StringComparison.Ordinal);
}
