using TextGeneration.Json;

namespace TextGeneration.Tokenization;

/// <summary>A tokenizer.json of byte-level BPE: every byte has a token, so every text can be written.</summary>
internal sealed class ByteLevelTokenizer : HuggingFaceTokenizer
{
    private readonly BytePairModel _model;
    private readonly TextNormalization _normalization;
    private readonly PreTokenization _preTokenization;
    private readonly PromptTemplate _template;
    private readonly AddedTokenSplitter _addedTokens;
    private readonly AddedTokenSplitter _normalizedAddedTokens;

    private ByteLevelTokenizer(
        BytePairModel model,
        TextNormalization normalization,
        PreTokenization preTokenization,
        PromptTemplate template,
        List<AddedToken> addedTokens,
        TokenTable tokens,
        Dictionary<string, int> ids)
        : base(tokens, ids, dropsLeadingSpace: false)
    {
        _model = model;
        _normalization = normalization;
        _preTokenization = preTokenization;
        _template = template;
        _addedTokens = new AddedTokenSplitter(addedTokens.Where(token => !token.IsNormalized));
        _normalizedAddedTokens = new AddedTokenSplitter(addedTokens.Where(token => token.IsNormalized));
    }

    public static ByteLevelTokenizer Read(JsonFields tokenizer, JsonFields model, PreTokenization preTokenization)
    {
        RequireByteLevelDecoder(tokenizer);
        TextNormalization normalization = ReadNormalization(tokenizer);
        BytePairModel pairs = BytePairModel.Read(model);
        List<AddedToken> added = AddedTokenReader.ReadList(tokenizer);

        var ids = new Dictionary<string, int>(pairs.Vocabulary, StringComparer.Ordinal);
        var tokens = new Dictionary<int, byte[]?>(pairs.Vocabulary.Select(entry => KeyValuePair.Create(entry.Value, (byte[]?)ByteAlphabet.Bytes(entry.Key))));
        foreach (AddedToken token in added)
        {
            bool contentIsKnown = ids.TryGetValue(token.Content, out int known);
            if (contentIsKnown ? known != token.Id : tokens.ContainsKey(token.Id))
                throw tokenizer.Error("added_tokens", $"gives '{token.Content}' id {token.Id}, but {(contentIsKnown ? $"it has id {known} already" : "another token has that id")}.");

            ids[token.Content] = token.Id;
            tokens[token.Id] = token.IsSpecial ? null : ByteAlphabet.Bytes(token.Content);
        }

        PromptTemplate template = PromptTemplate.Read(tokenizer);
        foreach (int id in template.Before.Concat(template.After))
        {
            if (!tokens.ContainsKey(id))
                throw tokenizer.Error("post_processor", $"puts token {id} around a prompt, but no token has that id.");
        }

        return new ByteLevelTokenizer(pairs, normalization, preTokenization, template, added, new TokenTable(tokens), ids);
    }

    private protected override int[] EncodeText(string prompt)
    {
        var ids = new List<int>();
        foreach ((AddedToken? token, string text) in _addedTokens.Split(prompt))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }

            string normalized = _normalization == TextNormalization.FormC ? FormC.Normalize(text) : text;
            foreach ((AddedToken? innerToken, string innerText) in _normalizedAddedTokens.Split(normalized))
            {
                if (innerToken is not null)
                {
                    ids.Add(innerToken.Id);
                    continue;
                }

                foreach (string piece in _preTokenization.Split(innerText))
                    _model.Encode(piece, ids);
            }
        }

        return _template.Apply(ids);
    }

    private static TextNormalization ReadNormalization(JsonFields tokenizer)
    {
        if (tokenizer.OptionalObject("normalizer") is not { } normalizer)
            return TextNormalization.None;

        return ReadNormalizer(normalizer);
    }

    private static TextNormalization ReadNormalizer(JsonFields normalizer)
    {
        string type = normalizer.String("type");
        return type switch
        {
            "NFC" => TextNormalization.FormC,
            "Sequence" => normalizer.Objects("normalizers").Select(ReadNormalizer).DefaultIfEmpty().Max(),
            _ => throw normalizer.Error("type", $"is '{type}', which is not supported; supported are NFC, or none."),
        };
    }

    private static void RequireByteLevelDecoder(JsonFields tokenizer)
    {
        if (tokenizer.OptionalObject("decoder") is not { } decoder)
            throw tokenizer.Missing("decoder", "ByteLevel");

        RequireByteLevel(decoder);
    }

    private static void RequireByteLevel(JsonFields decoder)
    {
        string type = decoder.String("type");
        if (type == "Sequence")
        {
            foreach (JsonFields step in decoder.Objects("decoders"))
                RequireByteLevel(step);
        }
        else if (type != "ByteLevel")
        {
            throw decoder.Error("type", $"is '{type}', which is not supported for byte-level BPE; supported is ByteLevel.");
        }
    }
}
