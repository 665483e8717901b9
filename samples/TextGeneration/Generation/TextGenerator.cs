using AttentionGen;
using TextGeneration.Model;
using static TorchSharp.torch;

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
internal sealed class TextGenerator(
    LanguageModel model, PagedKeyValueCache cache, PageAllocator allocator, AttentionPlan plan, GenerationOptions options)
{
    private readonly AttentionBatchBuilder _builder = new(cache.Options.PageSize);
    private readonly List<GenerationRequest> _running = [];

    /// <summary>The number of steps run.</summary>
    public int Steps { get; private set; }

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
        List<long> tokens = [], positions = [], rows = [];
        _builder.Clear();
        foreach (GenerationRequest request in _running)
        {
            ReadOnlySpan<int> newTokens = request.NewTokens;
            _builder.Add(request.Computed, newTokens.Length, request.Pages);
            for (int i = 0; i < newTokens.Length; i++)
            {
                tokens.Add(newTokens[i]);
                positions.Add(request.Computed + i);
            }

            rows.Add(tokens.Count - 1);
        }

        plan.Update(_builder.Build());
        using Tensor logits = model.Forward([.. tokens], [.. positions], [.. rows], cache, plan);
        int[] chosen = Choose(logits);
        Steps++;
        return Append(chosen);
    }

    private int[] Choose(Tensor logits)
    {
        if (options.Temperature == 0)
            return Array.ConvertAll(Sampler.Greedy(logits), static token => (int)token);

        using Tensor host = logits.cpu();
        ReadOnlySpan<float> all = host.data<float>().ToArray();
        int vocabulary = all.Length / _running.Count;
        int[] chosen = new int[_running.Count];
        for (int i = 0; i < chosen.Length; i++)
            chosen[i] = Sampler.Draw(all.Slice(i * vocabulary, vocabulary), options.Temperature, _running[i].Random);
        return chosen;
    }

    private List<GeneratedToken> Append(int[] chosen)
    {
        List<GeneratedToken> generated = new(chosen.Length);
        for (int i = 0; i < chosen.Length; i++)
        {
            GenerationRequest request = _running[i];
            request.Append(chosen[i]);
            FinishReason finish = model.Configuration.EndOfTextIds.Contains(chosen[i]) ? FinishReason.Stop
                : request.Length >= request.MaxLength ? FinishReason.Length
                : FinishReason.None;
            generated.Add(new GeneratedToken(request.Prompt, chosen[i], finish));
            if (finish != FinishReason.None)
                request.Release(allocator);
        }

        for (int i = chosen.Length - 1; i >= 0; i--)
        {
            if (generated[i].Finish != FinishReason.None)
                _running.RemoveAt(i);
        }

        return generated;
    }
}
