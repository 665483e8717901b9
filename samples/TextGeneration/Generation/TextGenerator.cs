using System.Diagnostics;
using AttentionGen;
using TextGeneration.Graphs;
using TextGeneration.Model;
using TextGeneration.Speculation;

namespace TextGeneration.Generation;

/// <summary>
/// Answers prompts in batches over one paged cache. Requests join and leave between steps: a prompt is computed together
/// with the next tokens of those that are under way (continuous batching, <see href="https://www.usenix.org/conference/osdi22/presentation/yu"/>).
/// </summary>
/// <param name="model">The model.</param>
/// <param name="cache">Where keys and values are kept.</param>
/// <param name="allocator">Hands out the cache's pages.</param>
/// <param name="plan">A plan for batches over the cache.</param>
/// <param name="options">How answers are generated.</param>
/// <param name="drafts">
/// Guesses how the answers go on (speculative decoding, <see href="https://arxiv.org/abs/2211.17192"/>), or null. Guesses are
/// computed in the same step as the tokens that they follow, and count only as far as they are what is chosen there: the
/// tokens are the same as without, and come in fewer steps. Where they branch, they are verified as a tree
/// (<see href="https://arxiv.org/abs/2305.09781"/>), which the model must have been loaded for.
/// </param>
/// <param name="graphs">Replays the steps that have one new token of each request; null: they are run as the others are.</param>
internal sealed class TextGenerator(
    LanguageModel model,
    PagedKeyValueCache cache,
    PageAllocator allocator,
    AttentionPlan plan,
    GenerationOptions options,
    IDraftSource? drafts = null,
    DecodeGraphs? graphs = null)
{
    private readonly StepRows _rows = new(cache.Options.PageSize);
    private readonly KeyValueMoves _moves = new();
    private readonly List<GenerationRequest> _running = [];

    /// <summary>The steps run.</summary>
    public StepLog Steps { get; } = new();

    /// <summary>The number of draft tokens that were computed.</summary>
    public int DraftedTokens { get; private set; }

    /// <summary>The number of generated tokens that a draft had guessed.</summary>
    public int AcceptedTokens { get; private set; }

    /// <summary>Generates the answers' tokens, in the order in which they come.</summary>
    /// <param name="prompts">The tokens of each prompt: at least one, fewer than the model's context.</param>
    /// <param name="cancellation">Ends the sequence between two steps.</param>
    /// <exception cref="ArgumentException">A prompt has another length, or the cache cannot hold it with its answer.</exception>
    public IEnumerable<GeneratedToken> Generate(IReadOnlyList<int[]> prompts, CancellationToken cancellation = default)
    {
        Queue<GenerationRequest> waiting = new(prompts.Select(CreateRequest));
        try
        {
            while ((waiting.Count > 0 || _running.Count > 0) && !cancellation.IsCancellationRequested)
            {
                Admit(waiting);
                foreach (GeneratedToken token in Step())
                    yield return token;
            }
        }
        finally
        {
            foreach (GenerationRequest request in _running)
                request.Release(allocator);
            _running.Clear();
        }
    }

    private GenerationRequest CreateRequest(int[] tokens, int prompt)
    {
        int room = model.Configuration.MaximumPositions - tokens.Length;
        if (tokens.Length == 0 || room <= 0)
            throw new ArgumentException($"Prompt {prompt} has {tokens.Length} tokens. It must have at least 1 and fewer than the model's context of {model.Configuration.MaximumPositions}.");

        GenerationRequest request = new(prompt, tokens, Math.Min(options.MaxTokens, room), new Random(DrawSeed.Of(options.Seed, prompt)));
        long slots = (long)allocator.PageCount * cache.Options.PageSize;
        return request.MaxLength <= slots
            ? request
            : throw new ArgumentException($"Prompt {prompt} may take {request.MaxLength} tokens with its answer. The cache holds {slots}: ask for fewer tokens or give it more pages.");
    }

    private void Admit(Queue<GenerationRequest> waiting)
    {
        int stepTokens = _running.Sum(static request => request.NewTokens.Length);
        while (_running.Count < options.MaxBatch
            && waiting.TryPeek(out GenerationRequest? next)
            && (stepTokens == 0 || stepTokens + next.NewTokens.Length <= options.MaxStepTokens)
            && next.TryReserve(allocator, cache.Options.PageSize))
        {
            stepTokens += next.NewTokens.Length;
            _running.Add(waiting.Dequeue());
        }
    }

    private List<GeneratedToken> Step()
    {
        long start = Stopwatch.GetTimestamp();
        Draft();
        _rows.Clear();
        foreach (GenerationRequest request in _running)
            _rows.Add(request);

        using StepLogits logits = Compute(out StepPath path);
        List<GeneratedToken> generated = Choose(new TokenChoice(logits, options.Temperature));
        Steps.Add(_rows.Kind, path, _rows.RequestCount, Stopwatch.GetElapsedTime(start));
        _moves.Apply(cache);
        _moves.Clear();
        Release(generated);
        return generated;
    }

    private StepLogits Compute(out StepPath path)
    {
        if (graphs is not null && _rows.Kind == StepKind.Decode)
        {
            StepLogits replayed = graphs.Run(_rows, out bool isCaptured);
            path = isCaptured ? StepPath.Captured : StepPath.Replayed;
            return replayed;
        }

        path = StepPath.Eager;
        plan.Update(_rows.Build());
        return StepLogits.Take(model.Forward(_rows.Tokens, _rows.Positions, _rows.LogitRows, cache, plan));
    }

    /// <summary>Drafts how the requests go on that have their prompt behind them, as far as the step has room.</summary>
    private void Draft()
    {
        if (drafts is null)
            return;

        int room = options.MaxStepTokens - _running.Sum(static request => request.NewTokens.Length);
        foreach (GenerationRequest request in _running)
        {
            // The last token of an answer needs no key, so a draft ends one token earlier.
            int depth = request.MaxLength - request.Length - 1;
            if (request.NewTokens.Length > 1 || depth <= 0 || room <= 0)
                continue;

            DraftTree draft = drafts.Draft(request.Tokens, depth);
            draft.Truncate(Math.Min(draft.Count, 1 + room));
            request.TakeDraft(draft, allocator, cache.Options.PageSize);
            int drafted = (request.Draft?.Count ?? 1) - 1;
            room -= drafted;
            DraftedTokens += drafted;
        }
    }

    /// <summary>
    /// Chooses each request's next token, and the one after it for as long as the draft has what was chosen. Notes which keys
    /// and values have to move to where the chosen tokens are.
    /// </summary>
    private List<GeneratedToken> Choose(TokenChoice choice)
    {
        List<GeneratedToken> generated = new(_running.Count);
        int[] computed = [.. _running.Select(static request => request.Computed)];
        List<(int Request, int Node)> next = [.. _running.Select(static (_, request) => (request, 0))];
        while (next.Count > 0)
        {
            List<(int Request, int Node)> current = next;
            next = [];
            int[] chosen = choice.At(
                [.. current.Select(at => (long)_rows.LogitsOf(at.Request, at.Node))], [.. current.Select(at => _running[at.Request].Random)]);
            foreach (((int index, int node), int token) in current.Zip(chosen))
            {
                GenerationRequest request = _running[index];
                FinishReason finish = Append(request, token);
                generated.Add(new GeneratedToken(request.Prompt, token, finish));
                if (request.Draft is not { } draft || draft.Child(node, token) is not (> 0 and int child))
                    continue;

                AcceptedTokens++;
                _moves.Add(request.Pages.Span, cache.Options.PageSize, computed[index] + child, computed[index] + draft.Depth(child));
                if (finish == FinishReason.None)
                    next.Add((index, child));
            }
        }

        return generated;
    }

    private FinishReason Append(GenerationRequest request, int token)
    {
        request.Append(token);
        return !options.IgnoreEndOfText && model.Configuration.EndOfTextIds.Contains(token) ? FinishReason.Stop
            : request.Length >= request.MaxLength ? FinishReason.Length
            : FinishReason.None;
    }

    /// <summary>Gives back the pages of finished requests and of drafts.</summary>
    private void Release(List<GeneratedToken> generated)
    {
        HashSet<int> finished = [.. generated.Where(static token => token.Finish != FinishReason.None).Select(static token => token.Prompt)];
        foreach (GenerationRequest request in _running)
        {
            if (finished.Contains(request.Prompt))
                request.Release(allocator);
            else
                request.DropDraft(allocator);
        }

        _running.RemoveAll(request => finished.Contains(request.Prompt));
    }
}
