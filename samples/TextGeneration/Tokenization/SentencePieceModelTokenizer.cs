using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.Tokenizers;
using TextGeneration.Json;

namespace TextGeneration.Tokenization;

/// <summary>A tokenizer.model of SentencePiece's BPE (Kudo and Richardson 2018, arXiv:1808.06226), as Llama 2 and Mistral have it.</summary>
internal sealed class SentencePieceModelTokenizer : HuggingFaceTokenizer
{
    private const char Space = '\u2581';

    private readonly LlamaTokenizer _model;
    private readonly AddedTokenSplitter _addedTokens;
    private readonly PromptTemplate _template;

    private SentencePieceModelTokenizer(
        LlamaTokenizer model,
        List<AddedToken> addedTokens,
        PromptTemplate template,
        TokenTable tokens,
        Dictionary<string, int> ids)
        : base(tokens, ids, dropsLeadingSpace: model.AddDummyPrefix)
    {
        _model = model;
        _addedTokens = new AddedTokenSplitter(addedTokens);
        _template = template;
    }

    /// <summary>Loads tokenizer.model.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="tokenizer">Its tokenizer.json, if it has one: it knows the added tokens.</param>
    public static SentencePieceModelTokenizer Load(string folder, JsonFields? tokenizer)
    {
        string path = Path.Combine(folder, SentencePieceFileName);
        LlamaTokenizer model = LoadModel(path);

        string configurationPath = Path.Combine(folder, ConfigurationFileName);
        using JsonDocument? document = File.Exists(configurationPath) ? JsonFile.Open(configurationPath) : null;
        JsonFields? configuration = document is null ? null : new JsonFields(document.RootElement, configurationPath);

        List<AddedToken> added = tokenizer is { } fields ? AddedTokenReader.ReadList(fields)
            : configuration is { } settings ? AddedTokenReader.ReadDecoder(settings)
            : [];
        bool addsBegin = configuration?.OptionalBoolean("add_bos_token") ?? true;
        bool addsEnd = configuration?.OptionalBoolean("add_eos_token") ?? false;
        var template = new PromptTemplate(addsBegin ? [model.BeginningOfSentenceId] : [], addsEnd ? [model.EndOfSentenceId] : []);

        var ids = new Dictionary<string, int>(model.Vocabulary, StringComparer.Ordinal);
        var tokens = new Dictionary<int, byte[]?>(ids.Select(entry => KeyValuePair.Create(entry.Value, (byte[]?)Bytes(entry.Key))))
        {
            [model.UnknownId] = null,
            [model.BeginningOfSentenceId] = null,
            [model.EndOfSentenceId] = null,
        };
        foreach (AddedToken token in added)
        {
            if (ids.TryGetValue(token.Content, out int known) && known != token.Id)
                throw new InvalidInputException($"{path}: token '{token.Content}' has id {known} there, but the folder's list of added tokens gives it {token.Id}.");

            ids[token.Content] = token.Id;
            tokens[token.Id] = token.IsSpecial ? null : Encoding.UTF8.GetBytes(token.Content);
        }

        return new SentencePieceModelTokenizer(model, added, template, new TokenTable(tokens), ids);
    }

    private protected override int[] EncodeText(string prompt)
    {
        var ids = new List<int>();
        foreach ((AddedToken? token, string text) in _addedTokens.Split(prompt))
        {
            if (token is not null)
                ids.Add(token.Id);
            else
                ids.AddRange(_model.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false));
        }

        return _template.Apply(ids);
    }

    private static LlamaTokenizer LoadModel(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return LlamaTokenizer.Create(stream, addBeginOfSentence: false, addEndOfSentence: false);
        }
        catch (Exception error) when (error is (IOException and not InvalidProtocolBufferException) or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path}: cannot be read: {error.Message}", error);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new InvalidInputException(
                $"{path}: not a SentencePiece BPE model: {error.Message} Supported are byte-level BPE in {FileName} and SentencePiece BPE in {SentencePieceFileName}.",
                error);
        }
    }

    // <0x0A> stands for a byte, the lower block for a space, everything else for itself.
    private static byte[] Bytes(string piece)
    {
        if (piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>'
            && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
        {
            return [value];
        }

        return Encoding.UTF8.GetBytes(piece.Replace(Space, ' '));
    }
}
