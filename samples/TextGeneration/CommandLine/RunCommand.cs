using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using AttentionGen;
using TextGeneration.Generation;
using TextGeneration.Graphs;
using TextGeneration.Speculation;

namespace TextGeneration.CommandLine;

/// <summary>The command line: its options, what they accept, and their defaults.</summary>
internal sealed class RunCommand : RootCommand
{
    private readonly Argument<string[]> _prompts = new("prompt")
    {
        Description = "The prompts to answer, each an argument; without any, one a line from standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = "A folder in Hugging Face layout: config.json, *.safetensors, tokenizer.",
        DefaultValueFactory = static _ => Path.Combine(AppContext.BaseDirectory, "models", "tiny-tasks"),
    };

    private readonly Option<string?> _backend = new("--backend", "-b")
    {
        Description = $"The attention backend, by name. Without it {BackendChoice.EnvironmentVariable} names one, else the best that supports the model is taken.",
    };

    private readonly Option<AttentionDevice> _device = new("--device", "-d")
    {
        Description = "cpu, cuda or cuda:INDEX.",
        CustomParser = ParseDevice,
        DefaultValueFactory = static _ => AttentionDevice.Cpu,
    };

    private readonly Option<ElementType?> _elementType = new("--dtype")
    {
        HelpName = "type",
        Description = "float32, bfloat16 or float16. Without it float32 on a CPU, and on a GPU the type of the weights.",
        CustomParser = ParseElementType,
    };

    private readonly Option<int> _maxTokens = Whole("--max-tokens", "The most tokens of an answer.", 128);
    private readonly Option<int> _maxBatch = Whole("--max-batch", "The most prompts that are answered at once.", 64);
    private readonly Option<int> _pageSize = Whole("--page-size", "The number of tokens of a page of the KV cache.", 16);

    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "The number of CPU threads that libtorch computes with; without it one for a hidden size below 1024, and libtorch's choice above.",
    };

    private readonly Option<double> _temperature = new("--temperature", "-t")
    {
        Description = "0 takes the likeliest token; above, tokens are drawn from softmax(logits / temperature).",
    };

    private readonly Option<int> _seed = new("--seed") { Description = "The seed of the draws." };

    private readonly Option<int?> _speculate = new("--speculate")
    {
        HelpName = "tokens",
        Description = "Guess so many tokens ahead, by looking up the text's end earlier in the text, and compute them all in one step. The answers stay the same.",
    };

    private readonly Option<int> _branches = Whole(
        "--speculate-branches", "The most guesses of a step; more than one need a backend with a tree mask, such as TREE_ATTN.", 3);

    private readonly Option<int> _longestNgram = Whole("--speculate-ngram", "The most tokens at the text's end that are looked up.", 3);
    private readonly Option<int> _shortestNgram = Whole("--speculate-ngram-min", "The fewest tokens at the text's end that are looked up.", 1);

    private readonly Option<bool> _ignoreEndOfText = new("--ignore-eos")
    {
        Description = "Go on after a token that ends the answer, up to --max-tokens: answers of one length, to measure with.",
    };

    private readonly Option<CudaGraphMode> _cudaGraph = new("--cuda-graph")
    {
        HelpName = "auto|on|off",
        Description = "Whether steps that only decode are replayed from CUDA graphs: auto where the backend can be captured, on to refuse one that cannot, off never.",
        CustomParser = ParseCudaGraph,
        DefaultValueFactory = static _ => CudaGraphMode.Auto,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document instead of text." };

    /// <summary>How to parse: a prompt may begin with @, which would name a file of arguments otherwise.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null };

    public RunCommand()
        : base("Generates text with a model of the Llama family, over an attention backend of the compile-time registry.")
    {
        _temperature.Validators.Add(static result =>
        {
            if (TryRead(result, out double value) && !(value >= 0 && double.IsFinite(value)))
                result.AddError($"--temperature is {value}. It must be 0 or a finite number above.");
        });
        RequirePositive(_threads);
        RequirePositive(_speculate);
        Directives.Clear();
        Add(_prompts);
        foreach (Option option in (Option[])[
            _model, _backend, _device, _elementType, _maxTokens, _maxBatch, _pageSize, _threads, _temperature, _seed,
            _ignoreEndOfText, _cudaGraph, _speculate, _branches, _longestNgram, _shortestNgram, _json])
        {
            Add(option);
        }
    }

    /// <summary>The options of a command line without errors.</summary>
    /// <exception cref="InvalidInputException">A prompt looks like an option, or options contradict one another.</exception>
    public RunOptions Read(ParseResult result) => new()
    {
        Prompts = ReadPrompts(result),
        Model = result.GetRequiredValue(_model),
        Backend = result.GetValue(_backend),
        Device = result.GetValue(_device),
        ElementType = result.GetValue(_elementType),
        PageSize = result.GetValue(_pageSize),
        Threads = result.GetValue(_threads),
        Json = result.GetValue(_json),
        CudaGraph = result.GetValue(_cudaGraph),
        Generation = new GenerationOptions
        {
            MaxTokens = result.GetValue(_maxTokens),
            MaxBatch = result.GetValue(_maxBatch),
            IgnoreEndOfText = result.GetValue(_ignoreEndOfText),
            Temperature = result.GetValue(_temperature),
            Seed = result.GetValue(_seed),
        },
        Speculation = ReadSpeculation(result),
    };

    private SpeculationOptions? ReadSpeculation(ParseResult result)
    {
        if (result.GetValue(_speculate) is not { } tokens)
        {
            return ((Option[])[_branches, _longestNgram, _shortestNgram]).FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } alone
                ? throw new InvalidInputException($"{alone.Name} says how to guess tokens ahead, but --speculate is missing. Give --speculate with the number of tokens.")
                : null;
        }

        SpeculationOptions options = new()
        {
            DraftTokens = tokens,
            Branches = result.GetValue(_branches),
            LongestNgram = result.GetValue(_longestNgram),
            ShortestNgram = result.GetValue(_shortestNgram),
        };
        if ((long)options.DraftTokens * options.Branches >= DraftTree.MaxNodes)
        {
            throw new InvalidInputException(
                $"--speculate {options.DraftTokens} with --speculate-branches {options.Branches} may guess {(long)options.DraftTokens * options.Branches} tokens. At most {DraftTree.MaxNodes - 1} are computed beside the last one: lower either.");
        }

        return options.ShortestNgram <= options.LongestNgram
            ? options
            : throw new InvalidInputException($"--speculate-ngram-min is {options.ShortestNgram} and --speculate-ngram {options.LongestNgram}. The shortest must not be longer than the longest.");
    }

    private string[] ReadPrompts(ParseResult result)
    {
        if (result.Tokens.FirstOrDefault(static token => token.Type == TokenType.Directive) is { } directive)
            throw new InvalidInputException($"'{directive.Value}', in brackets before all other arguments, is read as a directive. To answer it as a prompt, put -- before the prompts.");

        string[] prompts = result.GetValue(_prompts) ?? [];
        int afterDashes = result.Tokens.Reverse().TakeWhile(static token => token.Type != TokenType.DoubleDash).Count();
        int unescaped = afterDashes == result.Tokens.Count ? prompts.Length : prompts.Length - afterDashes;
        return prompts.Take(unescaped).FirstOrDefault(static prompt => prompt.StartsWith('-')) is { } option
            ? throw new InvalidInputException($"'{option}' is not an option of this program; --help lists them. To answer a prompt that begins with a dash, put -- before the prompts.")
            : prompts;
    }

    private static Option<int> Whole(string name, string description, int byDefault)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => byDefault };
        RequirePositive(option);
        return option;
    }

    private static void RequirePositive(Option option) => option.Validators.Add(result =>
    {
        if (TryRead(result, out int value) && value <= 0)
            result.AddError($"{option.Name} is {value}. It must be at least 1.");
    });

    /// <summary>The option's value; false where it is not of its type, which is reported without a validator's help.</summary>
    private static bool TryRead<T>(OptionResult result, [MaybeNullWhen(false)] out T value)
        where T : IParsable<T>
    {
        value = default;
        return result.Tokens.Count > 0 && T.TryParse(result.Tokens[^1].Value, CultureInfo.InvariantCulture, out value);
    }

    private static AttentionDevice ParseDevice(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (AttentionDevice.TryParse(text, null, out AttentionDevice device) && device is { Kind: DeviceKind.Cpu or DeviceKind.Cuda, ComputeCapability: 0 })
            return device;

        result.AddError($"'{text}' is not a device this program runs on. Accepted: cpu, cuda, cuda:INDEX.");
        return default;
    }

    private static CudaGraphMode ParseCudaGraph(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        switch (text.ToUpperInvariant())
        {
            case "AUTO":
                return CudaGraphMode.Auto;
            case "ON":
                return CudaGraphMode.On;
            case "OFF":
                return CudaGraphMode.Off;
            default:
                result.AddError($"--cuda-graph is '{text}'. Accepted: auto, on, off.");
                return default;
        }
    }

    private static ElementType? ParseElementType(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        switch (text.ToUpperInvariant())
        {
            case "FLOAT32":
                return ElementType.Float32;
            case "BFLOAT16":
                return ElementType.BFloat16;
            case "FLOAT16":
                return ElementType.Float16;
            default:
                result.AddError($"'{text}' is not an element type this program computes in. Accepted: float32, bfloat16, float16.");
                return null;
        }
    }
}
