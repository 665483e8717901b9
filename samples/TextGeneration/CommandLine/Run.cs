using System.Diagnostics;
using System.Runtime.InteropServices;
using AttentionGen;
using AttentionGen.Libtorch;
using TextGeneration.Configuration;
using TextGeneration.Generation;
using TextGeneration.Graphs;
using TextGeneration.Model;
using TextGeneration.Safetensors;
using TextGeneration.Speculation;
using TextGeneration.Tokenization;

namespace TextGeneration.CommandLine;

/// <summary>One run of the program: from the options to the printed answers.</summary>
internal static class Run
{
    /// <summary>Answers the prompts.</summary>
    /// <returns>What was done; the answers have been printed, unless JSON was asked for.</returns>
    /// <exception cref="InvalidInputException">Something that the user gave cannot be used.</exception>
    /// <exception cref="LibtorchLoadException">There is no libtorch, or none for the device.</exception>
    /// <exception cref="ArgumentException">The backend's name is not known.</exception>
    /// <exception cref="BackendSelectionException">No backend, or not the one named, supports the model.</exception>
    public static RunReport Execute(RunOptions options, TextWriter output, CancellationToken cancellation)
    {
        // What needs no libtorch is checked before it is loaded.
        string[] prompts = options.Prompts;
        ModelConfiguration configuration = ModelConfiguration.Load(options.Model);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Load(options.Model);
        using Checkpoint checkpoint = Checkpoint.Open(options.Model);
        int[][] tokens = [.. prompts.Select(tokenizer.Encode)];
        PromptReader.ThrowIfTooLong(tokens, configuration.MaximumPositions);
        PromptReader.ThrowIfUnknown(tokens, configuration.VocabularySize);
        if (options.PageSize > configuration.MaximumPositions)
            throw new InvalidInputException($"--page-size is {options.PageSize}. It must be at most {configuration.MaximumPositions}, the model's context.");

        LibtorchInstallation libtorch = LibtorchRuntime.Load(new LibtorchOptions { Device = options.Device.Kind });
        if ((options.Threads ?? DefaultThreads(configuration)) is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        AttentionDevice device = LibtorchRuntime.Describe(options.Device);
        ElementType type = options.ElementType ?? DefaultElementType(device, checkpoint);
        bool treeMask = options.Speculation is { NeedsTreeMask: true };
        AttentionRequest request = LanguageModel.RequestFor(configuration, device, type, treeMask) with
        {
            Backend = options.Backend, PageSize = options.PageSize, GraphCapture = GraphChoice.Demanded(options.CudaGraph, device),
        };
        Selection selection = Select(request);
        GraphChoice graphChoice = GraphChoice.Of(options.CudaGraph, selection.Backend, request);

        using PagedAttentionBackend backend = selection.Create<PagedAttentionBackend>();
        using LanguageModel model = LanguageModel.Load(configuration, checkpoint, backend, device, type, treeMask, graphChoice.Level);
        using PagedKeyValueCache cache = CreateCache(backend, configuration, options, tokens, device, type);
        using AttentionPlan plan = backend.CreatePlan(new AttentionPlanOptions { Cache = cache.Options, QueryHeads = configuration.QueryHeads });
        using DecodeGraphs? graphs = graphChoice.IsCaptured
            ? new DecodeGraphs(model, cache, backend, LargestDecode(configuration, options, tokens), new CudaStepRecorder(device))
            : null;

        TextGenerator generator = new(
            model, cache, new PageAllocator(cache.Options.Pages), plan, options.Generation,
            options.Speculation is { } speculation ? new NgramDraft(speculation) : null, graphs);
        AnswerCollector collector = new(prompts, tokenizer, options.Json ? TextWriter.Null : output);
        Stopwatch clock = Stopwatch.StartNew();
        double? firstToken = null, coldStart = null;
        foreach (GeneratedToken token in generator.Generate(tokens, cancellation))
        {
            if (firstToken is null)
            {
                firstToken = clock.Elapsed.TotalSeconds;
                coldStart = (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalSeconds;
            }

            collector.Add(token);
        }

        double seconds = clock.Elapsed.TotalSeconds;
        collector.Finish();
        return new RunReport
        {
            Model = options.Model,
            Backend = selection.Backend.Name,
            BackendClass = selection.Backend.TypeName,
            Explanation = selection.Explain(),
            Device = device.ToString(),
            ElementType = type.ToString(),
            Libtorch = $"{libtorch.Version} in {libtorch.Directory}",
            Threads = TorchSharp.torch.get_num_threads(),
            Answers = collector.Answers,
            PromptTokens = tokens.Sum(static prompt => prompt.Length),
            GeneratedTokens = collector.TokenCount,
            Steps = generator.Steps.Count,
            CudaGraph = CudaGraphReport.Of(options.CudaGraph, device.Kind == DeviceKind.Cuda, graphChoice, graphs, generator.Steps),
            Decode = DecodeReport.Of(generator.Steps),
            Speculation = options.Speculation is { } used ? SpeculationReport.Of(used, generator, collector.TokenCount) : null,
            ColdStartSeconds = coldStart ?? 0,
            TimeToFirstTokenSeconds = firstToken ?? 0,
            GenerationSeconds = seconds,
            TokensPerSecond = collector.TokenCount / seconds,
            PeakMemoryBytes = PeakMemory.OfThisProcess(),
            Cancelled = cancellation.IsCancellationRequested,
        };
    }

    /// <exception cref="BackendSelectionException">No backend, or not the one named, supports the request.</exception>
    private static Selection Select(AttentionRequest request)
    {
        try
        {
            return AttentionRegistry.Select(request);
        }
        catch (BackendSelectionException error) when (request.Features.HasFlag(AttentionFeatures.TreeMask))
        {
            throw new InvalidInputException(
                $"{error.Message}{Environment.NewLine}The tree mask is for --speculate with several branches. --speculate-branches 1 needs none.", error);
        }
        catch (BackendSelectionException error) when (request.GraphCapture != GraphCaptureLevel.Never)
        {
            throw new InvalidInputException(
                $"{error.Message}{Environment.NewLine}--cuda-graph on needs a backend that can be captured. --cuda-graph auto takes graphs where the backend can, and runs without where it cannot.", error);
        }
    }

    /// <summary>One for a small model, whose threads would spend more time waiting for one another than computing; else libtorch's choice.</summary>
    private static int? DefaultThreads(ModelConfiguration configuration) => configuration.HiddenSize < 1024 ? 1 : null;

    private static ElementType DefaultElementType(AttentionDevice device, Checkpoint checkpoint)
    {
        if (device.Kind == DeviceKind.Cpu)
            return ElementType.Float32;

        checkpoint.TryGet("model.embed_tokens.weight", out MappedTensor embedding);
        return embedding.ElementType switch
        {
            TensorElementType.BFloat16 => ElementType.BFloat16,
            TensorElementType.Float16 => ElementType.Float16,
            _ => ElementType.Float32,
        };
    }

    /// <summary>The most tokens of a request, its answer's included.</summary>
    private static int LongestRequest(ModelConfiguration configuration, RunOptions options, int[][] tokens) =>
        tokens.Max(prompt => (int)Math.Min(prompt.Length + (long)options.Generation.MaxTokens, configuration.MaximumPositions));

    /// <summary>The most requests that may decode at once, and their lengths.</summary>
    private static AttentionPlanCapacity LargestDecode(ModelConfiguration configuration, RunOptions options, int[][] tokens)
    {
        int requests = Math.Min(tokens.Length, options.Generation.MaxBatch);
        return new AttentionPlanCapacity { Requests = requests, Tokens = requests, KeysPerRequest = LongestRequest(configuration, options, tokens), QueriesPerRequest = 1 };
    }

    /// <summary>Makes a cache that holds as many of the longest requests as may run at once, and the drafts that branch off their ends.</summary>
    private static PagedKeyValueCache CreateCache(
        PagedAttentionBackend backend, ModelConfiguration configuration, RunOptions options, int[][] tokens, AttentionDevice device, ElementType type)
    {
        long longest = LongestRequest(configuration, options, tokens);
        if (options.Speculation is { } speculation)
            longest += speculation.DraftTokens * (speculation.Branches - 1);
        long pages = (longest + options.PageSize - 1) / options.PageSize * Math.Min(tokens.Length, options.Generation.MaxBatch);
        KeyValueCacheOptions cache = new()
        {
            Device = device,
            ElementType = type,
            Layers = configuration.Layers,
            Pages = (int)Math.Min(pages, int.MaxValue),
            PageSize = options.PageSize,
            KeyValueHeads = configuration.KeyValueHeads,
            HeadSize = configuration.HeadSize,
        };
        try
        {
            return backend.CreateCache(cache);
        }
        catch (ExternalException error)
        {
            throw new InvalidInputException(
                $"There is not enough memory for a KV cache of {cache.Pages} pages of {cache.PageSize} tokens in {cache.Layers} layers. Lower --max-batch, --max-tokens or --page-size.", error);
        }
    }
}
