using System.Text;
using CsCheck;
using TextGeneration.Safetensors;
using static TextGeneration.Tests.Safetensors.SafetensorsBytes;

namespace TextGeneration.Tests.Safetensors;

/// <summary>Whatever is in a file, reading it gives the typed error or tensors that lie within it.</summary>
public class SafetensorsFuzzTests
{
    private static readonly string ValidHeader =
        $$$"""{"__metadata__":{"format":"pt"},{{{Tensor("a", "F32", "[2,3]", 0, 24)}}},{{{Tensor("b", "BF16", "[4]", 24, 32)}}},{{{Tensor("c", "U8", "[0]", 32, 32)}}}}""";

    private static readonly byte[] Valid = Of(ValidHeader, 32);

    private static readonly Gen<(int Kind, int Position, byte Value, int Length)> Edits =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, Valid.Length + 8], Gen.Byte, Gen.Int[0, 40]);

    // Numbers that arithmetic likes to trip over.
    private static readonly Gen<string> Numbers = AnyOf(
        "0", "1", "-1", "2", "3", "4", "8", "24", "32", "33", "2147483647", "2147483648", "4294967295", "4294967296",
        "4611686018427387904", "9223372036854775807", "9223372036854775808", "18446744073709551615", "1e3", "1.0", "null", "\"1\"", "[]");

    private static readonly Gen<string> Dtypes = Gen.OneOf(
        AnyOf("F32", "BF16", "F16", "U8", "F4", "F6_E2M3", "C64", "BOOL", "f32", "", "F8"),
        Gen.String[0, 4].Select(text => new string([.. text.Where(char.IsAsciiLetterOrDigit)])));

    private static Gen<string> AnyOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    [Fact]
    public void Mutated_bytes_never_escape() =>
        Edits.Array[1, 6].Sample(edits => ReadsOrRejects(edits.Aggregate(Valid, Apply)), iter: 20_000);

    [Fact]
    public void Mutated_numbers_never_escape() =>
        Gen.Select(Dtypes, Numbers.Array[0, 4], Numbers.Array[0, 3], Gen.Int[0, 64]).Sample(
            (dtype, shape, offsets, length) => ReadsOrRejects(Of(
                $$$"""{"a":{"dtype":"{{{dtype}}}","shape":[{{{string.Join(',', shape)}}}],"data_offsets":[{{{string.Join(',', offsets)}}}]},{{{Tensor("b", "U8", "[1]", 0, 1)}}}}""",
                length)),
            iter: 20_000);

    [Fact]
    public void Random_bytes_never_escape() => Gen.Byte.Array[0, 200].Sample(ReadsOrRejects, iter: 20_000);

    [Fact]
    public void Random_tilings_are_read_back() =>
        Gen.Int[0, 20].Array[1, 12].Select(Gen.Int).Sample(
            (lengths, seed) =>
            {
                string[] tensors = new string[lengths.Length];
                long begin = 0;
                for (int index = 0; index < lengths.Length; index++)
                {
                    tensors[index] = Tensor($"t{index}", "U8", $"[{lengths[index]}]", begin, begin + lengths[index]);
                    begin += lengths[index];
                }

                new Random(seed).Shuffle(tensors);
                byte[] content = Of($"{{{string.Join(',', tensors)}}}", (int)begin);
                var entries = SafetensorsHeader.Parse(content, content.Length, "file").ToDictionary(entry => entry.Name);
                long expected = content.Length - begin;
                for (int index = 0; index < lengths.Length; index++)
                {
                    Assert.Equal((expected, (long)lengths[index]), (entries[$"t{index}"].Offset, entries[$"t{index}"].ByteLength));
                    expected += lengths[index];
                }
            },
            iter: 2_000);

    [Fact]
    public void Mutated_files_on_disk_never_escape()
    {
        using var folder = new ModelFolder();
        string path = Path.Combine(folder.Path, "x.safetensors");
        Edits.Array[1, 4].Sample(
            edits =>
            {
                File.WriteAllBytes(path, edits.Aggregate(Valid, Apply));
                try
                {
                    using SafetensorsFile file = SafetensorsFile.Open(path);
                    int sum = 0;
                    foreach (TensorEntry entry in file.Tensors)
                    {
                        Assert.True(file.TryGet(entry.Name, out MappedTensor view));
                        foreach (byte value in view.Bytes)
                            sum += value;
                    }
                }
                catch (InvalidInputException error)
                {
                    Assert.Contains(path, error.Message, StringComparison.Ordinal);
                }
            },
            iter: 2_000,
            threads: 1);
    }

    private static void ReadsOrRejects(byte[] content)
    {
        try
        {
            long covered = 0;
            foreach (TensorEntry entry in SafetensorsHeader.Parse(content, content.Length, "file"))
            {
                Assert.InRange(entry.Offset, 8, content.Length);
                Assert.InRange(entry.ByteLength, 0, content.Length - entry.Offset);
                covered += entry.ByteLength;
            }

            Assert.InRange(covered, 0, content.Length - 8);
        }
        catch (InvalidInputException error)
        {
            Assert.StartsWith("file: ", error.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Apply(byte[] content, (int Kind, int Position, byte Value, int Length) edit)
    {
        int position = Math.Min(edit.Position, content.Length);
        int length = Math.Min(edit.Length, content.Length - position);
        return edit.Kind switch
        {
            0 when position < content.Length => [.. content[..position], edit.Value, .. content[(position + 1)..]],
            1 => [.. content[..position], edit.Value, .. content[position..]],
            2 => [.. content[..position], .. content[(position + length)..]],
            3 => [.. content[..position], .. content[position..(position + length)], .. content[position..]],
            _ => [.. content[..position], .. Encoding.ASCII.GetBytes("9999999"[..Math.Min(7, edit.Length)]), .. content[position..]],
        };
    }
}
