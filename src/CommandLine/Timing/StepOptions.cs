using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using AttentionGen.CommandLine.Options;
using AttentionGen.Timing;

namespace AttentionGen.CommandLine.Timing;

/// <summary>Which steps are timed, on which backends, and for how long: what bench and tune have in common.</summary>
internal sealed class StepOptions
{
    private readonly Option<StepText[]> _shapes;

    private readonly NamedValueOption<ElementType> _elementType = new(
        "--dtype", "The element type of queries, keys, values and output:", ValueNames.ElementTypes, "bf16");

    private readonly NamedValueOption<ElementType?> _cacheElementType = new(
        "--kv-cache", "The element type of the KV cache, auto for that of the queries:", ValueNames.CacheElementTypes, "auto");

    private readonly WholeNumberOption _headSize = new("--head-size", "The size of a head.", 128);
    private readonly Option<HeadCounts> _heads = HeadCounts.Option("32:8");
    private readonly WholeNumberOption _pageSize = new("--page", "The page size in tokens.", 16);
    private readonly WholeNumberOption _window = new("--window", "A sliding window of so many tokens; without it none.");
    private readonly FeatureOptions _features = new(StepShape.TimedFeatures & ~AttentionFeatures.SlidingWindow);
    private readonly WholeNumberOption _runs = new("--runs", "The least number of samples of each backend.", new TimingOptions().MinimumRuns);

    private readonly Option<double> _seconds = new("--seconds")
    {
        HelpName = "number",
        Description = "For how long each backend is sampled at least.",
        DefaultValueFactory = static _ => new TimingOptions().MinimumTime.TotalSeconds,
        CustomParser = static result =>
        {
            if (double.TryParse(result.Tokens[^1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 3600)
                return value;
            result.AddError($"--seconds is '{result.Tokens[^1].Value}'. It must be a number from 0 to 3600.");
            return 0;
        },
    };

    private readonly BackendsOption _backends;

    public StepOptions(AttentionBackendRegistry registry, params string[] defaultShapes)
    {
        _shapes = new Option<StepText[]>("--shape", "-s")
        {
            HelpName = "phase:requestsxkeys",
            Description = "A step to time, for example decode:16x4096 or prefill:1x2048; may be given several times.",
            DefaultValueFactory = _ => [.. defaultShapes.Select(static text => StepText.TryParse(text, out StepText step) ? step : default)],
            CustomParser = static result =>
            {
                List<StepText> steps = [];
                foreach (System.CommandLine.Parsing.Token token in result.Tokens)
                {
                    if (StepText.TryParse(token.Value, out StepText step))
                        steps.Add(step);
                    else
                        result.AddError($"'{token.Value}' is not a step. Accepted: decode:REQUESTSxKEYS and prefill:REQUESTSxTOKENS, for example decode:16x4096.");
                }

                return [.. steps];
            },
        };
        _shapes.CompletionSources.Add(defaultShapes);
        _backends = new BackendsOption("--backend", "A backend to time; may be given several times. Without it all that are registered.", registry);
        _backends.Aliases.Add("-b");
    }

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_shapes, _backends, _headSize, _heads, _elementType, _cacheElementType, _pageSize, _window])
            command.Add(option);
        _features.AddTo(command);
        command.Add(_runs);
        command.Add(_seconds);
    }

    public bool NamesBackends(ParseResult result) => result.GetValue(_backends) is { Length: > 0 };

    /// <exception cref="UnknownBackendException">A name is not known, or no class serves it.</exception>
    public ImmutableArray<string> ReadBackends(ParseResult result, AttentionBackendRegistry registry) =>
        [.. _backends.Read(result, registry).Select(static backend => backend.Name)];

    public TimingOptions ReadTiming(ParseResult result, CancellationToken cancellation)
    {
        TimeSpan least = TimeSpan.FromSeconds(result.GetValue(_seconds));
        TimingOptions usual = new();
        return usual with
        {
            MinimumRuns = result.GetRequiredValue(_runs)!.Value,
            MinimumTime = least,
            MaximumTime = least > usual.MaximumTime ? least : usual.MaximumTime,
            Cancellation = cancellation,
        };
    }

    /// <exception cref="InvalidAttentionRequestException">A step is not possible.</exception>
    public StepShape[] ReadShapes(ParseResult result)
    {
        HeadCounts heads = result.GetValue(_heads);
        int? window = result.GetValue(_window);
        AttentionFeatures features = _features.Read(result) | (window is null ? AttentionFeatures.None : AttentionFeatures.SlidingWindow);
        StepShape Shape(StepText step)
        {
            StepShape shape = new()
            {
                Phase = step.Phase,
                Requests = step.Requests,
                ContextLength = step.ContextLength,
                ElementType = _elementType.Read(result),
                CacheElementType = _cacheElementType.Read(result),
                QueryHeads = heads.Query,
                KeyValueHeads = heads.KeyValue,
                HeadSize = result.GetRequiredValue(_headSize)!.Value,
                PageSize = result.GetRequiredValue(_pageSize)!.Value,
                Features = features,
            };
            return window is { } tokens ? shape with { SlidingWindow = tokens } : shape;
        }

        StepShape[] shapes = [.. result.GetRequiredValue(_shapes).Select(Shape)];
        foreach (StepShape shape in shapes)
            shape.Validate();
        return shapes;
    }
}
