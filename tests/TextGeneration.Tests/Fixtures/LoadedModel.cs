using AttentionGen;
using AttentionGen.Libtorch;
using TextGeneration.Configuration;
using TextGeneration.Generation;
using TextGeneration.Graphs;
using TextGeneration.Model;
using TextGeneration.Safetensors;
using TextGeneration.Speculation;
using static TorchSharp.torch;

namespace TextGeneration.Tests.Fixtures;

/// <summary>
/// A model on the backend that the registry selects for the CPU, or for what ATTENTION_TEST_DEVICE names (<c>cuda</c>).
/// </summary>
internal sealed class LoadedModel : IDisposable
{
    private static AttentionDevice Device => TestDevice.Describe();

    private readonly PagedAttentionBackend _backend;
    private readonly ElementType _type;

    private LoadedModel(PagedAttentionBackend backend, LanguageModel model, ElementType type)
    {
        _backend = backend;
        _type = type;
        Model = model;
    }

    public LanguageModel Model { get; }

    public ModelConfiguration Configuration => Model.Configuration;

    /// <summary>Loads a model.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="type">The element type to compute in.</param>
    /// <param name="change">What to change of its configuration.</param>
    /// <param name="treeBackend">The backend to load it on for steps with trees of draft tokens; null: the best for steps without.</param>
    /// <param name="capturedBackend">The backend to load it on for decodes that are captured in CUDA graphs; null: for none.</param>
    public static LoadedModel Load(
        string folder,
        ElementType type,
        Func<ModelConfiguration, ModelConfiguration>? change = null,
        string? treeBackend = null,
        string? capturedBackend = null)
    {
        AttentionDevice device = TestDevice.Describe();

        // libtorch's threads wait for one another by spinning, which takes long on a machine that other tests keep busy.
        set_num_threads(1);
        ModelConfiguration configuration = ModelConfiguration.Load(folder);
        configuration = change?.Invoke(configuration) ?? configuration;
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        bool treeMask = treeBackend is not null;
        GraphCaptureLevel graphCapture = capturedBackend is null ? GraphCaptureLevel.Never : GraphChoice.Decode;
        Selection selection = AttentionSelector.Select(
            AttentionRegistry.Instance, LanguageModel.RequestFor(configuration, device, type, treeMask) with
            {
                Backend = treeBackend ?? capturedBackend, GraphCapture = graphCapture,
            });
        PagedAttentionBackend backend = selection.Create<PagedAttentionBackend>();
        return new LoadedModel(backend, LanguageModel.Load(configuration, checkpoint, backend, device, type, treeMask, graphCapture), type);
    }

    /// <summary>A cache in which every key and value is NaN, so that reading one before it is written shows.</summary>
    public PagedKeyValueCache CreateCache(int pages, int pageSize)
    {
        PagedKeyValueCache cache = _backend.CreateCache(new KeyValueCacheOptions
        {
            Device = Device,
            ElementType = _type,
            Layers = Configuration.Layers,
            Pages = pages,
            PageSize = pageSize,
            KeyValueHeads = Configuration.KeyValueHeads,
            HeadSize = Configuration.HeadSize,
        });
        for (int layer = 0; layer < Configuration.Layers; layer++)
        {
            using Tensor keys = LibtorchTensor.Borrow(cache[layer].Keys), values = LibtorchTensor.Borrow(cache[layer].Values);
            keys.fill_(float.NaN);
            values.fill_(float.NaN);
        }

        return cache;
    }

    public AttentionPlan CreatePlan(PagedKeyValueCache cache) =>
        _backend.CreatePlan(new AttentionPlanOptions { Cache = cache.Options, QueryHeads = Configuration.QueryHeads });

    /// <summary>Decodes of up to so many requests, recorded.</summary>
    public DecodeGraphs CreateGraphs(PagedKeyValueCache cache, int mostRequests, IStepRecorder recorder) => new(
        Model,
        cache,
        _backend,
        new AttentionPlanCapacity { Requests = mostRequests, Tokens = mostRequests, KeysPerRequest = Configuration.MaximumPositions, QueriesPerRequest = 1 },
        recorder);

    /// <summary>The logits after every token of each prompt, all prompts in one step: [prompt][token][vocabulary].</summary>
    public float[][][] Logits(IReadOnlyList<int[]> prompts, int pageSize = 16)
    {
        int[] blocks = [.. prompts.Select(prompt => (prompt.Length + pageSize - 1) / pageSize)];
        using PagedKeyValueCache cache = CreateCache(blocks.Sum(), pageSize);
        using AttentionPlan plan = CreatePlan(cache);
        AttentionBatchBuilder builder = new(pageSize);
        for (int prompt = 0, page = 0; prompt < prompts.Count; page += blocks[prompt++])
            builder.Add(0, prompts[prompt].Length, Enumerable.Range(page, blocks[prompt]).ToArray());
        plan.Update(builder.Build());

        long[] tokens = [.. prompts.SelectMany(static prompt => prompt).Select(static token => (long)token)];
        long[] positions = [.. prompts.SelectMany(static prompt => prompt.Select(static (_, position) => (long)position))];
        long[] rows = [.. tokens.Select(static (_, row) => (long)row)];
        using Tensor logits = Model.Forward(tokens, positions, rows, cache, plan);
        using Tensor host = logits.cpu();
        Queue<float[]> left = new(host.data<float>().ToArray().Chunk(Configuration.VocabularySize));
        return [.. prompts.Select(prompt => prompt.Select(_ => left.Dequeue()).ToArray())];
    }

    /// <summary>Generates answers with a generator of their own whose cache has room for a full batch.</summary>
    public GeneratedAnswers Generate(
        IReadOnlyList<int[]> prompts, GenerationOptions options, int pageSize = 16, int? pageOrder = null, IDraftSource? drafts = null)
    {
        int longest = Math.Min(prompts.Max(static prompt => prompt.Length) + options.MaxTokens, Configuration.MaximumPositions);
        int pages = Math.Min(prompts.Count, options.MaxBatch) * ((longest + pageSize - 1) / pageSize);
        using GeneratorOverCache session = new(this, options, pages, pageSize, pageOrder, drafts);
        return session.Answer(prompts);
    }

    public void Dispose()
    {
        Model.Dispose();
        _backend.Dispose();
    }
}
