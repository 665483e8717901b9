using Google.Protobuf;
using TextGeneration.Tokenization;

namespace TextGeneration.Tests.Tokenization;

public sealed class SentencePieceModelTokenizerTests : IDisposable
{
    // After <unk>, <s>, </s> and 256 bytes. Of all adjacent pairs the one of the highest score is joined first.
    private static readonly (string Piece, float Score)[] Pieces =
        [("he", -1), ("ll", -2), ("hell", -3), ("▁w", -4), ("▁", -10), ("h", -11), ("e", -12), ("l", -13), ("o", -14), ("w", -15)];

    private const int He = 259, Ll = 260, Hell = 261, SpaceW = 262, Space = 263, H = 264, O = 267;

    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Joins_pieces_by_score_and_begins_with_the_begin_token()
    {
        HuggingFaceTokenizer tokenizer = Load();
        Assert.Equal([1, Space, Hell, O], tokenizer.Encode("hello"));
        Assert.Equal([1, Space, He, SpaceW, O], tokenizer.Encode("he wo"));
        Assert.Equal([1, Space, Ll, H], tokenizer.Encode("llh"));
        Assert.Equal([1], tokenizer.Encode(""));
        Assert.Equal(269, tokenizer.VocabularySize);
    }

    [Fact]
    public void Falls_back_to_bytes()
    {
        HuggingFaceTokenizer tokenizer = Load();
        int[] ids = tokenizer.Encode("oé😀");
        Assert.Equal([1, Space, O, 3 + 0xC3, 3 + 0xA9, 3 + 0xF0, 3 + 0x9F, 3 + 0x98, 3 + 0x80], ids);
        Assert.Equal("oé😀", tokenizer.Decode(ids));
    }

    [Fact]
    public void Decodes_without_the_space_that_encoding_put_in_front()
    {
        HuggingFaceTokenizer tokenizer = Load();
        Assert.Equal("hello wo", tokenizer.Decode([1, Space, Hell, O, SpaceW, O, 2, 0]));
    }

    [Fact]
    public void Honours_the_folders_settings_and_added_tokens()
    {
        _folder.Write("tokenizer_config.json", """{"add_bos_token":false,"add_eos_token":true,"added_tokens_decoder":{"1":{"content":"<s>","special":true},"269":{"content":"[INST]","special":true}}}""");
        HuggingFaceTokenizer tokenizer = Load();
        Assert.Equal([1, 269, Space, He, 2], tokenizer.Encode("<s>[INST]he"));
        Assert.Equal(270, tokenizer.VocabularySize);
        Assert.Equal("he", tokenizer.Decode([269, Space, He]));
    }

    [Fact]
    public void Is_used_when_tokenizer_json_is_not_byte_level()
    {
        _folder.Write("tokenizer.json", """{"added_tokens":[{"id":269,"content":"[A]","special":true}],"normalizer":{"type":"Prepend","prepend":"▁"},"pre_tokenizer":null,"model":{"type":"BPE","byte_fallback":true,"vocab":{},"merges":[]}}""");
        Assert.Equal([1, 269, Space, He], Load().Encode("[A]he"));
    }

    [Fact]
    public void Is_not_used_when_tokenizer_json_is_byte_level()
    {
        _folder.Write("tokenizer.json", TokenizerJson.ByteLevel().ToJsonString());
        Assert.Equal(['h', 'e'], Load().Encode("he"));
    }

    [Fact]
    public void Rejects_a_file_that_is_no_such_model()
    {
        string path = _folder.Write("tokenizer.model", "this is not a protocol buffer");
        Expect.InvalidInput(() => HuggingFaceTokenizer.Load(_folder.Path), path, "not a SentencePiece BPE model");
        _folder.Write("tokenizer.model", []);
        Expect.InvalidInput(() => HuggingFaceTokenizer.Load(_folder.Path), path, "not a SentencePiece BPE model");
        _folder.Write("tokenizer.model", Model(modelType: 1));
        Expect.InvalidInput(() => HuggingFaceTokenizer.Load(_folder.Path), path, "not a SentencePiece BPE model", "Supported are");
    }

    [Theory]
    [InlineData("""{"added_tokens_decoder":{"x":{"content":"a"}}}""", "'added_tokens_decoder.x'", "token id")]
    [InlineData("""{"added_tokens_decoder":{"5":7}}""", "'added_tokens_decoder.5' is 7")]
    [InlineData("""{"add_bos_token":"yes"}""", "'add_bos_token' is \"yes\"")]
    [InlineData("""{"added_tokens_decoder":{"5":{"content":"he"}}}""", "'he' has id 259", "gives it 5")]
    public void Rejects_bad_settings(string configuration, params string[] parts)
    {
        _folder.Write("tokenizer_config.json", configuration);
        Expect.InvalidInput(() => Load(), parts);
    }

    private HuggingFaceTokenizer Load()
    {
        _folder.Write("tokenizer.model", Model(modelType: 2));
        return HuggingFaceTokenizer.Load(_folder.Path);
    }

    // sentencepiece_model.proto: pieces are field 1, trainer_spec 2, normalizer_spec 3.
    private static byte[] Model(int modelType)
    {
        const int Normal = 1, Unknown = 2, Control = 3, Byte = 6;
        return Message(model =>
        {
            Piece(model, "<unk>", 0, Unknown);
            Piece(model, "<s>", 0, Control);
            Piece(model, "</s>", 0, Control);
            for (int value = 0; value < 256; value++)
                Piece(model, $"<0x{value:X2}>", 0, Byte);

            foreach ((string piece, float score) in Pieces)
                Piece(model, piece, score, Normal);

            Field(model, 2, Message(trainer =>
            {
                Number(trainer, 3, modelType);
                Number(trainer, 35, 1);
                Number(trainer, 40, 0);
                Number(trainer, 41, 1);
                Number(trainer, 42, 2);
            }));
            Field(model, 3, Message(normalizer =>
            {
                normalizer.WriteTag(1, WireFormat.WireType.LengthDelimited);
                normalizer.WriteString("identity");
                Number(normalizer, 3, 1);
                Number(normalizer, 4, 0);
                Number(normalizer, 5, 1);
            }));
        });
    }

    private static void Piece(CodedOutputStream model, string text, float score, int type) => Field(model, 1, Message(piece =>
    {
        piece.WriteTag(1, WireFormat.WireType.LengthDelimited);
        piece.WriteString(text);
        piece.WriteTag(2, WireFormat.WireType.Fixed32);
        piece.WriteFloat(score);
        Number(piece, 3, type);
    }));

    private static void Number(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }

    private static void Field(CodedOutputStream output, int field, byte[] message)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        var output = new CodedOutputStream(stream);
        write(output);
        output.Flush();
        return stream.ToArray();
    }
}
