using System.CommandLine;

namespace AttentionGen.CommandLine.Options;

/// <summary>A switch for each feature that a request can ask for, or for some of them.</summary>
internal sealed class FeatureOptions
{
    // Values of another size are asked for by --value-head-size.
    private readonly (AttentionFeatures Feature, Option<bool> Option)[] _switches =
    [
        Switch(AttentionFeatures.SlidingWindow, "--window", "A sliding window."),
        Switch(AttentionFeatures.SoftCap, "--soft-cap", "A soft cap on the scores."),
        Switch(AttentionFeatures.Alibi, "--alibi", "Linear biases by distance (ALiBi)."),
        Switch(AttentionFeatures.Sinks, "--sinks", "Attention sinks."),
        Switch(AttentionFeatures.LogSumExp, "--lse", "Log-sum-exps as a second output."),
        Switch(AttentionFeatures.NonCausal, "--non-causal", "Queries see positions after their own."),
        Switch(AttentionFeatures.TreeMask, "--tree", "The mask of a tree of speculated tokens."),
        Switch(AttentionFeatures.ScoreFunctions, "--score-functions", "Score and mask functions of the user's."),
        Switch(AttentionFeatures.Cascade, "--cascade", "A prefix that all requests share is attended once."),
        Switch(AttentionFeatures.BatchInvariance, "--batch-invariant", "The same bits whatever else is in the batch."),
        Switch(AttentionFeatures.BidirectionalSpans, "--bidirectional-spans", "Tokens of an image see each other in both directions."),
        Switch(AttentionFeatures.PerHeadScales, "--per-head-scales", "A scale of the 8-bit cache for each head."),
        Switch(AttentionFeatures.PackedLatentCache, "--packed-latent-cache", "Latent rows packed as fp8_ds_mla."),
        Switch(AttentionFeatures.CacheTransfer, "--cache-transfer", "Pages move between processes while requests run."),
        Switch(AttentionFeatures.PrefillContextParallelism, "--prefill-context-parallelism", "A prefill spread over several devices."),
        Switch(AttentionFeatures.DeviceQueryLengths, "--device-query-lengths", "Query lengths that only the device knows."),
    ];

    /// <param name="features">The features that there are switches for; by default all.</param>
    public FeatureOptions(AttentionFeatures features = (AttentionFeatures)(-1)) =>
        _switches = [.. _switches.Where(entry => features.HasFlag(entry.Feature))];

    public void AddTo(Command command)
    {
        foreach ((_, Option<bool> option) in _switches)
            command.Add(option);
    }

    public AttentionFeatures Read(ParseResult result) => _switches
        .Where(entry => result.GetValue(entry.Option))
        .Aggregate(AttentionFeatures.None, static (features, entry) => features | entry.Feature);

    private static (AttentionFeatures Feature, Option<bool> Option) Switch(AttentionFeatures feature, string name, string description) =>
        (feature, new Option<bool>(name) { Description = description, Arity = ArgumentArity.Zero });
}
