using TextGeneration.Safetensors;
using static TextGeneration.Tests.Safetensors.SafetensorsBytes;

namespace TextGeneration.Tests.Safetensors;

public sealed class CheckpointTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_a_single_file()
    {
        _folder.Write("model.safetensors", Of($"{{{Tensor("w", "F16", "[2,2]", 0, 8)}}}", 8));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Assert.Equal(["w"], checkpoint.TensorNames);
        Assert.Equal(8, checkpoint.ByteLength);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], checkpoint.Get("w", 2, 2).Bytes.ToArray());
    }

    [Fact]
    public void Reads_shards_through_the_index()
    {
        WriteShards();
        Index("""{"metadata":{"total_size":4},"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}""");
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Assert.Equal([0, 1], checkpoint.Get("a", 1).Bytes.ToArray());
        Assert.True(checkpoint.TryGet("b", out MappedTensor b));
        Assert.EndsWith("two.safetensors", b.File.Path, StringComparison.Ordinal);
        Assert.False(checkpoint.Contains("c"));
    }

    [Fact]
    public void Names_a_missing_tensor_with_its_file_and_shape()
    {
        string path = _folder.Write("model.safetensors", Of($"{{{Tensor("w", "F16", "[2]", 0, 4)}}}", 4));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Expect.InvalidInput(() => checkpoint.Get("lm_head.weight", 5, 7), path, "'lm_head.weight' is missing", "[5, 7]");
    }

    [Fact]
    public void Names_a_wrong_shape()
    {
        string path = _folder.Write("model.safetensors", Of($"{{{Tensor("w", "F16", "[2,1]", 0, 4)}}}", 4));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Expect.InvalidInput(() => checkpoint.Get("w", 1, 2), path, "'w'", "[2, 1]", "[1, 2]");
        Expect.InvalidInput(() => checkpoint.Get("w", 2), "[2, 1]", "asks for [2]");
    }

    [Fact]
    public void Names_a_wrong_type()
    {
        string path = _folder.Write("model.safetensors", Of($"{{{Tensor("w", "I32", "[1]", 0, 4)}}}", 4));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Expect.InvalidInput(() => checkpoint.Get("w", 1), path, "'w'", "I32", "F32, F16, BF16");
    }

    [Fact]
    public void Names_a_missing_folder() => Expect.InvalidInput(() => Checkpoint.Open(Path.Combine(_folder.Path, "none")), "none", "no such model folder");

    [Fact]
    public void Says_what_it_looked_for_and_why_pickles_are_not_read()
    {
        Expect.InvalidInput(() => Checkpoint.Open(_folder.Path), _folder.Path, "model.safetensors", "model.safetensors.index.json");
        _folder.Write("pytorch_model.bin", "x");
        Expect.InvalidInput(() => Checkpoint.Open(_folder.Path), "pickled", "save the model as safetensors");
    }

    [Fact]
    public void Rejects_an_index_naming_a_missing_shard()
    {
        WriteShards();
        Index("""{"weight_map":{"a":"one.safetensors","b":"three.safetensors"}}""");
        Expect.InvalidInput(() => Checkpoint.Open(_folder.Path), "index.json", "'three.safetensors'", "tensor 'b'", "missing");
    }

    [Fact]
    public void Rejects_an_index_that_disagrees_with_a_shard()
    {
        WriteShards();
        Index("""{"weight_map":{"b":"one.safetensors"}}""");
        Expect.InvalidInput(() => Checkpoint.Open(_folder.Path), "index.json", "'b' should be in shard 'one.safetensors'");
    }

    [Theory]
    [InlineData("../one.safetensors")]
    [InlineData("sub/one.safetensors")]
    [InlineData("..\\\\one.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("C:one.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a\\u0000b")]
    public void Rejects_an_index_leaving_its_folder(string shard)
    {
        WriteShards();
        Index($$$"""{"weight_map":{"a":"{{{shard}}}"}}""");
        Expect.InvalidInput(() => Checkpoint.Open(_folder.Path), "weight_map.a", "plain name");
    }

    [Theory]
    [InlineData("{", "line 1, column")]
    [InlineData("[]", "expected a JSON object", "an array")]
    [InlineData("{}", "'weight_map' is missing")]
    [InlineData("{\"weight_map\":[]}", "'weight_map' is an array", "object")]
    [InlineData("{\"weight_map\":{}}", "'weight_map' is empty")]
    [InlineData("{\"weight_map\":{\"a\":1}}", "'weight_map.a' is 1", "string")]
    [InlineData("{\"weight_map\":{\"a\":\"one.safetensors\",\"a\":\"two.safetensors\"}}", "not valid JSON", "a")]
    public void Rejects_a_malformed_index(string index, params string[] parts)
    {
        WriteShards();
        Index(index);
        Expect.InvalidInput(() => Checkpoint.Open(_folder.Path), ["model.safetensors.index.json", .. parts]);
    }

    private void Index(string content) => _folder.Write("model.safetensors.index.json", content);

    private void WriteShards()
    {
        _folder.Write("one.safetensors", Of($"{{{Tensor("a", "F16", "[1]", 0, 2)}}}", 2));
        _folder.Write("two.safetensors", Of($"{{{Tensor("b", "F16", "[1]", 0, 2)}}}", 2));
    }
}
