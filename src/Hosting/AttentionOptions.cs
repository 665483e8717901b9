namespace AttentionGen.Hosting;

/// <summary>
/// What configuration says of attention: which backends are used, for which parts of a model, and by what the others are weighed.
/// Every member is text as a configuration file has it; all of it is checked when the application starts.
/// </summary>
/// <remarks>
/// It is read once: a change of a file takes effect with the next start, because a cache and the layers over it belong to the
/// backend that made them.
/// </remarks>
public sealed class AttentionOptions
{
    /// <summary>
    /// The backend for everything that <see cref="Choices"/> do not choose for, by name in any case. <c>auto</c>: the best
    /// that supports the request, whatever the environment says. Null: the environment variable <c>ATTENTION_BACKEND</c>
    /// decides, and the best is taken where it is not set.
    /// </summary>
    public string? Backend { get; set; }

    /// <summary>
    /// Backends for parts of a model. Of those that match a request the most specific holds: layers before kinds of layer before
    /// phases.
    /// </summary>
    public IList<AttentionChoiceOptions> Choices { get; } = [];

    /// <summary>Names of backends that are never used, in any case.</summary>
    public IList<string> Disabled { get; } = [];

    /// <summary>
    /// By what candidates are weighed: <c>default</c>, or null, for <see cref="SelectionRules.Default"/>, <c>vllm</c> for
    /// <see cref="SelectionRules.Vllm"/>.
    /// </summary>
    public string? Rules { get; set; }

    /// <summary>
    /// How far to look, once for each device, before a backend is picked. <c>declared</c>, or null: what each class declares is
    /// taken for true. <c>loadable</c>: libraries, driver and device are looked for. <c>probed</c>: each backend runs a small case
    /// and its numbers are checked. Backends that fail are out, with the reason.
    /// </summary>
    public string? Availability { get; set; }

    /// <summary>
    /// <c>off</c>, or null: the order of the rules holds. <c>measured</c>: the order that was measured on the device holds, where
    /// there is one for the request.
    /// </summary>
    public string? Tuning { get; set; }

    /// <summary>
    /// The folder of passed probes and measured rankings. Null: the user's (<see cref="AttentionGen.CacheDirectory.ForUser()"/>).
    /// </summary>
    public string? CacheDirectory { get; set; }
}
