using TextGeneration.Safetensors;
using static TextGeneration.Tests.Safetensors.SafetensorsBytes;

namespace TextGeneration.Tests.Safetensors;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_names_types_shapes_and_bytes_in_place()
    {
        string header = $$$"""{"__metadata__":{"format":"pt"},{{{Tensor("b", "BF16", "[2,3]", 4, 16)}}},{{{Tensor("a", "F32", "[]", 0, 4)}}},{{{Tensor("empty", "I64", "[0,7]", 16, 16)}}}}   """;
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write("x.safetensors", Of(header, 16)));

        Assert.Equal(["a", "b", "empty"], file.Tensors.Select(tensor => tensor.Name).Order());
        Assert.True(file.TryGet("b", out MappedTensor b));
        Assert.Equal(TensorElementType.BFloat16, b.ElementType);
        Assert.Equal([2, 3], b.Shape);
        Assert.Equal([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], b.Bytes.ToArray());
        Assert.True(file.TryGet("a", out MappedTensor a));
        Assert.Empty(a.Shape);
        Assert.Equal([0, 1, 2, 3], a.Bytes.ToArray());
        Assert.True(file.TryGet("empty", out MappedTensor empty));
        Assert.Equal(0, empty.Bytes.Length);
        Assert.False(file.TryGet("c", out _));
    }

    [Fact]
    public void Refuses_access_after_disposal()
    {
        SafetensorsFile file = SafetensorsFile.Open(_folder.Write("x.safetensors", Of($"{{{Tensor("a", "U8", "[4]", 0, 4)}}}", 4)));
        Assert.True(file.TryGet("a", out MappedTensor tensor));
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.Bytes.Length);
        Assert.Throws<ObjectDisposedException>(() => file.TryGet("a", out _));
    }

    [Fact]
    public void Names_a_missing_file() =>
        Expect.InvalidInput(() => SafetensorsFile.Open(Path.Combine(_folder.Path, "none.safetensors")), "none.safetensors", "no such file");

    [Fact]
    public void Names_a_folder_given_as_a_file() => Expect.InvalidInput(() => SafetensorsFile.Open(_folder.Path), _folder.Path);

    [Fact]
    public void Rejects_an_empty_file() => Rejects([], "empty");

    [Fact]
    public void Rejects_a_short_file() => Rejects([1, 2, 3], "3 bytes is too short");

    [Fact]
    public void Rejects_a_header_longer_than_the_file() => Rejects(Of(500, "{}"u8.ToArray(), []), "claims 500 bytes", "only 2 follow");

    [Theory]
    [InlineData(100_000_001UL)]
    [InlineData(ulong.MaxValue)]
    public void Rejects_a_header_above_the_limit(ulong length) => Rejects(Of(length, "{}"u8.ToArray(), []), $"claims {length}", "100000000");

    [Theory]
    [InlineData("", "has to start with '{'")]
    [InlineData("[]", "has to start with '{'")]
    [InlineData(" {}", "has to start with '{'")]
    [InlineData("{\"a\":", "not valid JSON at line 1, column 6")]
    [InlineData("{\n\"a\" 1}", "not valid JSON at line 2")]
    [InlineData("{} x", "not valid JSON")]
    [InlineData("{\"a\":1}", "tensor 'a'", "not described by an object")]
    [InlineData("{\"__metadata__\":{\"format\":1}}", "strings to strings")]
    [InlineData("{\"__metadata__\":[]}", "object of strings")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", "tensor 'a'", "lacks 'data_offsets'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", "lacks 'shape'")]
    [InlineData("{\"a\":{\"shape\":[],\"data_offsets\":[0,4]}}", "lacks 'dtype'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", "two dtypes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]}}", "1 data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":3,\"data_offsets\":[0,4]}}", "shape that is not an array")]
    [InlineData("{\"a\":{\"dtype\":32,\"shape\":[],\"data_offsets\":[0,4]}}", "dtype that is not a string")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", "element 0 is not an integer")]
    [InlineData("{\"\\ud800\":1}", "not valid Unicode")]
    public void Rejects_a_malformed_header(string header, params string[] parts) => Rejects(Of(header, []), parts);

    [Fact]
    public void Rejects_a_name_that_is_not_utf8() => Rejects(Of([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}'], []), "header");

    [Fact]
    public void Rejects_a_name_used_twice() =>
        Rejects(Of($"{{{Tensor("a", "U8", "[1]", 0, 1)},{Tensor("a", "U8", "[1]", 1, 2)}}}", 2), "tensor 'a'", "twice");

    [Theory]
    [InlineData("F99", "[1]", 0, 4, "'F99'", "BF16")]
    [InlineData("F32", "[-1]", 0, 4, "element 0 is not an integer from 0")]
    [InlineData("F32", "[9223372036854775808]", 0, 4, "element 0 is not an integer from 0")]
    [InlineData("F32", "[4294967296,4294967296]", 0, 4, "overflows")]
    [InlineData("F32", "[4611686018427387904]", 0, 4, "overflows")]
    [InlineData("F4", "[3]", 0, 1, "not a whole number of bytes")]
    [InlineData("F32", "[2]", 0, 4, "takes 4 bytes", "F32 [2] takes 8")]
    [InlineData("F32", "[1]", 4, 0, "end before they begin")]
    [InlineData("F32", "[1]", 0, -4, "element 1 is not an integer")]
    [InlineData("U8", "[9223372036854775807]", 0, long.MaxValue, "beyond any file")]
    [InlineData("F32", "[2]", 0, 8, "out of range")]
    [InlineData("F32", "[1]", 100, 104, "out of range")]
    public void Rejects_a_tensor_that_cannot_be(string dtype, string shape, long begin, long end, params string[] parts) =>
        Rejects(Of($"{{{Tensor("w", dtype, shape, begin, end)}}}", 4), ["tensor 'w'", .. parts]);

    [Fact]
    public void Rejects_overlapping_tensors() =>
        Rejects(Of($"{{{Tensor("a", "U8", "[4]", 0, 4)},{Tensor("b", "U8", "[4]", 2, 6)}}}", 6), "tensor 'b' overlaps tensor 'a'", "2", "4");

    [Fact]
    public void Rejects_two_names_for_the_same_bytes() =>
        Rejects(Of($"{{{Tensor("a", "U8", "[4]", 0, 4)},{Tensor("b", "U8", "[4]", 0, 4)}}}", 4), "overlaps");

    [Fact]
    public void Rejects_a_hole_between_tensors() =>
        Rejects(Of($"{{{Tensor("a", "U8", "[1]", 0, 1)},{Tensor("b", "U8", "[1]", 3, 4)}}}", 4), "tensor 'b' leaves a hole of 2 bytes", "after tensor 'a'");

    [Fact]
    public void Rejects_a_hole_at_the_start() => Rejects(Of($"{{{Tensor("a", "U8", "[1]", 1, 2)}}}", 2), "tensor 'a' leaves a hole of 1 bytes", "after the header");

    [Fact]
    public void Rejects_bytes_after_the_last_tensor() => Rejects(Of($"{{{Tensor("a", "U8", "[1]", 0, 1)}}}", 9), "8 bytes after tensor 'a' belong to no tensor");

    [Fact]
    public void Rejects_truncated_data() => Rejects(Of($"{{{Tensor("a", "U8", "[9]", 0, 9)}}}", 8), "tensor 'a'", "truncated");

    [Fact]
    public void Accepts_a_file_without_tensors()
    {
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write("x.safetensors", Of("{}", 0)));
        Assert.Empty(file.Tensors);
    }

    [Fact]
    public void Reads_names_in_any_script()
    {
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write("x.safetensors", Of($"{{{Tensor("重み.\\u00e9", "U8", "[1]", 0, 1)}}}", 1)));
        Assert.True(file.TryGet("重み.é", out _));
    }

    private void Rejects(byte[] content, params string[] parts)
    {
        string path = _folder.Write("broken.safetensors", content);
        Expect.InvalidInput(() => SafetensorsFile.Open(path).Dispose(), [path, .. parts]);
    }
}
