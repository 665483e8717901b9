using System.Text.Json;
using TextGeneration.Json;

namespace TextGeneration.Tokenization;

/// <summary>
/// A model folder's tokenizer: tokenizer.json when it is byte-level BPE (Llama 3, Qwen), else tokenizer.model
/// (SentencePiece BPE: Llama 2, Mistral). Safe to use from one thread at a time.
/// </summary>
internal abstract class HuggingFaceTokenizer
{
    public const string FileName = "tokenizer.json";
    public const string ConfigurationFileName = "tokenizer_config.json";
    public const string SentencePieceFileName = "tokenizer.model";

    private readonly bool _dropsLeadingSpace;
    private readonly Dictionary<string, int> _ids;

    private protected HuggingFaceTokenizer(TokenTable tokens, Dictionary<string, int> ids, bool dropsLeadingSpace)
    {
        Tokens = tokens;
        _ids = ids;
        _dropsLeadingSpace = dropsLeadingSpace;
    }

    /// <summary>One more than the highest token id; a model's vocabulary has to be at least this large.</summary>
    public int VocabularySize => Tokens.Count;

    private protected TokenTable Tokens { get; }

    /// <summary>Loads a folder's tokenizer.</summary>
    /// <exception cref="InvalidInputException">There is none, it is malformed, or of a kind that is not supported.</exception>
    public static HuggingFaceTokenizer Load(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"{folder}: no such model folder.");

        string path = Path.Combine(folder, FileName);
        bool hasSentencePiece = File.Exists(Path.Combine(folder, SentencePieceFileName));
        if (!File.Exists(path))
        {
            return hasSentencePiece
                ? SentencePieceModelTokenizer.Load(folder, null)
                : throw new InvalidInputException($"{folder}: the folder has no tokenizer: neither {FileName} nor {SentencePieceFileName} is there.");
        }

        using JsonDocument document = JsonFile.Open(path);
        var fields = new JsonFields(document.RootElement, path);
        JsonFields model = fields.Object("model");

        // Files of before tokenizers 0.9 state no type; only BPE has merges.
        string type = model.OptionalString("type") ?? (model.Has("merges") ? "BPE" : "(none)");
        PreTokenization? preTokenization = type == "BPE" ? PreTokenization.Read(fields) : null;
        if (preTokenization is not null)
            return ByteLevelTokenizer.Read(fields, model, preTokenization);

        if (type == "BPE" && hasSentencePiece)
            return SentencePieceModelTokenizer.Load(folder, fields);

        throw new InvalidInputException(
            $"{path}: the tokenizer is of type '{type}'{(type == "BPE" ? " without a ByteLevel pre-tokenizer" : "")}, which is not supported; supported are byte-level BPE in {FileName} and SentencePiece BPE in {SentencePieceFileName}"
            + (type == "BPE" ? $". If this is a SentencePiece model, put its {SentencePieceFileName} beside it." : "."));
    }

    /// <summary>The ids of a prompt, within the special tokens that the model's template puts around it.</summary>
    /// <param name="prompt">The text. Added tokens spelt out in it are recognised, as they are in training.</param>
    /// <exception cref="InvalidInputException">The text is not valid Unicode, or has no tokens in this vocabulary.</exception>
    public int[] Encode(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        for (int index = 0; index < prompt.Length; index++)
        {
            if (!char.IsSurrogate(prompt[index]))
                continue;

            if (index + 1 == prompt.Length || !char.IsSurrogatePair(prompt[index], prompt[index + 1]))
                throw new InvalidInputException($"The prompt is not valid Unicode: the surrogate U+{(int)prompt[index]:X4} at index {index} has no partner.");

            index++;
        }

        return EncodeText(prompt);
    }

    /// <summary>A decoder for one answer.</summary>
    public IncrementalDecoder CreateDecoder() => new(Tokens, _dropsLeadingSpace);

    /// <summary>The text of a whole answer, special tokens left out.</summary>
    public string Decode(IEnumerable<int> ids)
    {
        IncrementalDecoder decoder = CreateDecoder();
        return string.Concat(ids.Select(decoder.Append)) + decoder.Flush();
    }

    /// <summary>The id of a token as the tokenizer's file writes it, special ones included.</summary>
    public bool TryGetId(string token, out int id) => _ids.TryGetValue(token, out id);

    private protected abstract int[] EncodeText(string prompt);
}
