using System.CommandLine;
using AttentionGen.CommandLine.Execution;
using AttentionGen.CommandLine.Options;
using AttentionGen.CommandLine.Output;

namespace AttentionGen.CommandLine.Explaining;

/// <summary><c>attn explain</c>.</summary>
internal sealed class ExplainCommand : AttentionCommand
{
    private readonly DeviceOption _device = DeviceOption.OfAny();
    private readonly ModelOptions _model = new();
    private readonly NamedValueOption<AttentionPhase> _phase = new("--phase", "The part of generation:", ValueNames.Phases, "any");
    private readonly WholeNumberOption _layer = new("--layer", "The layer, from 0; without it any.", least: 0);

    private readonly NamedValueOption<GraphCaptureLevel> _graph = new(
        "--graph", "For which batches forward passes will be captured in CUDA graphs:", ValueNames.GraphCaptureLevels, "never");

    private readonly WholeNumberOption _requests = new("--requests", "How many requests a step is expected to have; only a measured ranking looks at it.");
    private readonly WholeNumberOption _context = new("--context", "How many keys a request is expected to have; only a measured ranking looks at it.");

    private readonly Option<string?> _backend = new("--backend", "-b")
    {
        HelpName = "backend",
        Description = $"The backend that must serve it. Without it {BackendChoice.EnvironmentVariable} names one, else the best is picked.",
    };

    private readonly BackendsOption _disable;
    private readonly NamedValueOption<SelectionRules> _rules = RulesOption.Create();
    private readonly Option<string?> _tuning = new("--tuning") { HelpName = "file", Description = "The measured ranking to use, a file that tune wrote; without it that of the device, where there is one." };

    private readonly Option<bool> _noTuning = new("--no-tuning")
    {
        Description = "Use no measured ranking.",
        Arity = ArgumentArity.Zero,
    };

    private readonly JsonOption _json = new();

    public ExplainCommand(AttentionBackendRegistry registry)
        : base("explain", "Says which backend a request gets and why no other. Needs neither libtorch nor the device.")
    {
        _backend.CompletionSources.Add(_ => registry.Backends.Select(static backend => new System.CommandLine.Completions.CompletionItem(backend.Name)));
        _disable = new BackendsOption("--disable", "A backend that is out; may be given several times.", registry);
        Add(_device);
        _model.AddTo(this);
        foreach (Option option in (Option[])[_phase, _layer, _graph, _requests, _context, _backend, _disable, _rules, _tuning, _noTuning, _json])
            Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(_noTuning) && result.GetValue(_tuning) is not null)
                result.AddError("--tuning names a measured ranking and --no-tuning wants none. Leave one of them out.");
        });
    }

    public override int Execute(ParseResult result, CommandContext context)
    {
        AttentionRequest request = _model.Read(result, result.GetValue(_device)) with
        {
            Phase = _phase.Read(result),
            Layer = result.GetValue(_layer),
            GraphCapture = _graph.Read(result),
            ExpectedRequests = result.GetValue(_requests),
            ExpectedContextLength = result.GetValue(_context),
            Backend = result.GetValue(_backend),
        };
        MeasuredRanking? ranking = result.GetValue(_noTuning) ? null
            : result.GetValue(_tuning) is { } file ? MeasuredRanking.Of(file)
            : MeasuredRanking.Find(request.Device);
        SelectionRules rules = _rules.Read(result);
        SelectionOptions options = new()
        {
            Rules = rules,
            Disabled = [.. result.GetValue(_disable) ?? []],
            Tuning = ranking?.Table,
        };
        SelectionReport report;
        string? refusal = null;
        try
        {
            report = context.Registry.Select(request, options).ToReport();
        }
        catch (BackendSelectionException error)
        {
            report = error.ToReport();
            refusal = error.Message;
        }

        if (_json.Write(result, context.Output, report.ToJson))
            ExplainView.Write(report, Notes(request, rules, ranking), context.Output.Results);
        if (refusal is null)
            return ExitCodes.Success;

        // The table has every reason; of a refusal of all candidates the first line says it.
        context.Output.WriteError(refusal.ReplaceLineEndings("\n").Split('\n')[0]);
        return ExitCodes.NegativeResult;
    }

    private static IEnumerable<(string Title, string Text)> Notes(AttentionRequest request, SelectionRules rules, MeasuredRanking? ranking)
    {
        yield return ("rules", rules.Name);
        if (ranking is not null)
            yield return ("measured", ranking.Source);
        if (rules == SelectionRules.Vllm)
            yield return ("vLLM", PredictVllm(request));
    }

    /// <summary>What vLLM itself would do, whichever classes there are here.</summary>
    private static string PredictVllm(AttentionRequest request)
    {
        try
        {
            VllmPrediction prediction = VllmSelector.Predict(request);
            string refused = prediction.ConstructorRefusals.IsEmpty ? "" : $", whose constructor refuses: {string.Join("; ", prediction.ConstructorRefusals)}";
            string ignored = prediction.SilentlyIgnored == AttentionFeatures.None ? "" : $", which ignores {CapabilityWords.Joined(prediction.SilentlyIgnored, "")}";
            return $"itself would use {prediction.Backend.Name}{refused}{ignored}";
        }
        catch (Exception error) when (error is BackendSelectionException or UnknownBackendException)
        {
            return $"itself would refuse: {error.Message.ReplaceLineEndings("\n").Split('\n')[0]}";
        }
    }
}
