using System.Text.Json;
using Microsoft.ML.Tokenizers;
using TextGeneration.Json;

namespace TextGeneration.Tokenization;

/// <summary>
/// The <c>BPE</c> model of tokenizer.json over bytes (Sennrich et al. 2016, arXiv:1508.07909): merges pairs within a
/// piece in the order of its list. The merging is <see cref="BpeTokenizer"/>'s; reading and checking are here.
/// </summary>
internal sealed class BytePairModel
{
    private readonly BpeTokenizer _merger;
    private readonly Dictionary<string, int> _vocabulary;
    private readonly bool _ignoresMerges;
    private readonly string _file;

    private BytePairModel(BpeTokenizer merger, Dictionary<string, int> vocabulary, bool ignoresMerges, string file)
    {
        _merger = merger;
        _vocabulary = vocabulary;
        _ignoresMerges = ignoresMerges;
        _file = file;
    }

    /// <summary>Token to id, as the file writes them.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    public static BytePairModel Read(JsonFields model)
    {
        if (model.OptionalDouble("dropout", 0, 1) is > 0)
            throw model.Error("dropout", "is above 0, which would make tokenization random; expected none.");

        foreach (string affix in (ReadOnlySpan<string>)["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (!string.IsNullOrEmpty(model.OptionalString(affix)))
                throw model.Error(affix, "is set, which a byte-level tokenizer does not have; expected none.");
        }

        Dictionary<string, int> vocabulary = ReadVocabulary(model);
        var options = new BpeOptions(vocabulary)
        {
            Merges = ReadMerges(model, vocabulary),
            ByteLevel = true,
        };

        return new BytePairModel(BpeTokenizer.Create(options), vocabulary, model.OptionalBoolean("ignore_merges") ?? false, model.File);
    }

    /// <summary>Appends the ids of one piece of text.</summary>
    public void Encode(string piece, List<int> ids)
    {
        string written = ByteAlphabet.Write(piece);
        if (_ignoresMerges && _vocabulary.TryGetValue(written, out int whole))
        {
            ids.Add(whole);
            return;
        }

        // The merger would silently leave such a byte out.
        foreach (char character in written)
        {
            if (!_vocabulary.ContainsKey(character.ToString()))
                throw new InvalidInputException($"{_file}: the vocabulary has no token for byte 0x{ByteAlphabet.Bytes(character.ToString())[0]:X2} ('{character}'), which the text needs.");
        }

        ids.AddRange(_merger.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false));
    }

    private static Dictionary<string, int> ReadVocabulary(JsonFields model)
    {
        JsonFields entries = model.Object("vocab");
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var tokenOfId = new Dictionary<int, string>();
        foreach ((string token, JsonElement value) in entries.Properties())
        {
            int id = entries.Int32(value, token, 0, TokenTable.MaximumId);
            if (!tokenOfId.TryAdd(id, token))
                throw entries.Error(token, $"has id {id}, and so has '{tokenOfId[id]}'; ids have to be unique.");

            vocabulary.Add(token, id);
        }

        return vocabulary.Count > 0 ? vocabulary : throw model.Error("vocab", "is empty; expected the id of each token.");
    }

    // Written as "a b" or, since tokenizers 0.20, as ["a", "b"].
    private static List<string> ReadMerges(JsonFields model, Dictionary<string, int> vocabulary)
    {
        var merges = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int number = 0;
        foreach (JsonElement merge in model.Array("merges"))
        {
            string name = $"merges[{number++}]";
            string[] parts = merge.ValueKind == JsonValueKind.Array
                ? [.. merge.EnumerateArray().Select(part => model.String(part, name))]
                : model.String(merge, name).Split(' ');
            if (parts.Length != 2 || parts.Any(part => part.Length == 0 || part.Contains(' ', StringComparison.Ordinal)))
                throw model.Error(name, $"is {JsonFields.Show(merge)}; expected two tokens.");

            foreach (string token in (ReadOnlySpan<string>)[parts[0], parts[1], parts[0] + parts[1]])
            {
                if (!vocabulary.ContainsKey(token))
                    throw model.Error(name, $"needs token '{token}', which the vocabulary does not have.");
            }

            string joined = $"{parts[0]} {parts[1]}";
            if (!seen.Add(joined))
                throw model.Error(name, $"merges '{joined}' for the second time.");

            merges.Add(joined);
        }

        return merges;
    }
}
