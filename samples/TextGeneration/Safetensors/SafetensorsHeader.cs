using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using TextGeneration.Json;

namespace TextGeneration.Safetensors;

/// <summary>
/// Parses and checks the header of a safetensors file: eight bytes of little-endian length, that many bytes of JSON,
/// then the data, which the tensors must cover exactly, without overlap and without a hole
/// (https://huggingface.co/docs/safetensors). The file is treated as hostile: no number in it is used unchecked.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The longest header accepted, the limit that the format's reference implementation has too.</summary>
    public const int MaximumLength = 100_000_000;

    private const int LengthBytes = sizeof(ulong);
    private const string MetadataKey = "__metadata__";

    /// <summary>Parses the header.</summary>
    /// <param name="content">The start of the file; as much of it as the header takes is enough.</param>
    /// <param name="fileLength">The length of the whole file in bytes.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <returns>The tensors, in the order of their data.</returns>
    /// <exception cref="InvalidInputException">The header breaks the format; the message names the file and the tensor.</exception>
    public static ImmutableArray<TensorEntry> Parse(ReadOnlySpan<byte> content, long fileLength, string file)
    {
        if (fileLength < LengthBytes || content.Length < LengthBytes)
        {
            throw new InvalidInputException(
                $"{file}: {fileLength} bytes is too short for a safetensors file, which starts with {LengthBytes} bytes of header length. The file is empty or truncated: fetch it again.");
        }

        ulong declared = BinaryPrimitives.ReadUInt64LittleEndian(content);
        if (declared > MaximumLength)
        {
            throw new InvalidInputException(
                $"{file}: the header claims {declared} bytes; at most {MaximumLength} are accepted. This is not a safetensors file, or it is damaged.");
        }

        int length = (int)declared;
        if (length > fileLength - LengthBytes || length > content.Length - LengthBytes)
        {
            throw new InvalidInputException(
                $"{file}: the header claims {declared} bytes, but only {fileLength - LengthBytes} follow its length. The file is truncated or damaged: fetch it again.");
        }

        ReadOnlySpan<byte> json = content.Slice(LengthBytes, length);
        if (length < 2 || json[0] != (byte)'{')
            throw new InvalidInputException($"{file}: the header is not a JSON object: it has to start with '{{'.");

        List<TensorEntry> tensors = ParseObject(json, LengthBytes + length, file);
        CheckCoverage(tensors, LengthBytes + length, fileLength, file);
        return [.. tensors];
    }

    private static List<TensorEntry> ParseObject(ReadOnlySpan<byte> json, long dataStart, string file)
    {
        var tensors = new List<TensorEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        string tensor = "";
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                tensor = reader.GetString()!;
                if (!names.Add(tensor))
                    throw new InvalidInputException($"{file}: tensor '{tensor}' is in the header twice; names have to be unique.");

                reader.Read();
                if (tensor == MetadataKey)
                    CheckMetadata(ref reader, file);
                else
                    tensors.Add(ParseTensor(ref reader, tensor, dataStart, file));
            }

            // One more step, so that anything but white space after the object is an error.
            reader.Read();
            return tensors;
        }
        catch (JsonException error)
        {
            throw new InvalidInputException(
                $"{file}: the header is not valid JSON at {JsonFile.Position(error)}{(tensor.Length == 0 ? "" : $" (at or after tensor '{tensor}')")}: {JsonFile.FirstSentence(error.Message)}",
                error);
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidInputException(
                $"{file}: the header holds a string that is not valid Unicode{(tensor.Length == 0 ? "" : $" (at or after tensor '{tensor}')")}.",
                error);
        }
    }

    private static void CheckMetadata(ref Utf8JsonReader reader, string file)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new InvalidInputException($"{file}: '{MetadataKey}' has to be an object of strings.");

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw new InvalidInputException($"{file}: '{MetadataKey}' has to map strings to strings.");
        }
    }

    private static TensorEntry ParseTensor(ref Utf8JsonReader reader, string tensor, long dataStart, string file)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Invalid(file, tensor, "is not described by an object with dtype, shape and data_offsets.");

        TensorElementType? elementType = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype":
                    if (elementType is not null)
                        throw Invalid(file, tensor, "has two dtypes.");

                    string? name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                    if (name is null || !TensorElementTypeNames.TryParse(name, out TensorElementType parsed))
                        throw Invalid(file, tensor, $"has dtype {(name is null ? "that is not a string" : $"'{name}'")}; known are {TensorElementTypeNames.All}.");

                    elementType = parsed;
                    break;

                case "shape":
                    if (shape is not null)
                        throw Invalid(file, tensor, "has two shapes.");

                    shape = ParseNumbers(ref reader, file, tensor, "shape");
                    break;

                case "data_offsets":
                    if (offsets is not null)
                        throw Invalid(file, tensor, "has data_offsets twice.");

                    offsets = ParseNumbers(ref reader, file, tensor, "data_offsets");
                    break;

                default:
                    reader.Skip();
                    break;
            }
        }

        if (elementType is null || shape is null || offsets is null)
        {
            string missing = elementType is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw Invalid(file, tensor, $"lacks '{missing}' in the header.");
        }

        if (offsets.Count != 2)
            throw Invalid(file, tensor, $"has {offsets.Count} data_offsets; expected two, its begin and its end.");

        long begin = offsets[0];
        long end = offsets[1];
        if (end < begin)
            throw Invalid(file, tensor, $"has data_offsets [{begin}, {end}], which end before they begin.");

        long expected = ByteLength(elementType.Value, shape, file, tensor);
        if (end - begin != expected)
        {
            throw Invalid(
                file,
                tensor,
                $"takes {end - begin} bytes by its data_offsets [{begin}, {end}], but {elementType.Value.Name()} {TensorEntry.Describe(shape.ToArray())} takes {expected}.");
        }

        if (end > long.MaxValue - dataStart)
            throw Invalid(file, tensor, $"has data_offsets [{begin}, {end}], beyond any file.");

        return new TensorEntry(tensor, elementType.Value, [.. shape], dataStart + begin, expected);
    }

    private static List<long> ParseNumbers(ref Utf8JsonReader reader, string file, string tensor, string field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Invalid(file, tensor, $"has a {field} that is not an array.");

        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw Invalid(file, tensor, $"has a {field} whose element {numbers.Count} is not an integer from 0 to {long.MaxValue}.");

            numbers.Add(number);
        }

        return numbers;
    }

    private static long ByteLength(TensorElementType elementType, List<long> shape, string file, string tensor)
    {
        Int128 elements = 1;
        foreach (long dimension in shape)
        {
            elements *= dimension;
            if (elements > long.MaxValue)
                throw Invalid(file, tensor, $"has shape {TensorEntry.Describe(shape.ToArray())}, whose size overflows 64 bits.");
        }

        Int128 bits = elements * elementType.Bits();
        if (bits % 8 != 0)
            throw Invalid(file, tensor, $"has shape {TensorEntry.Describe(shape.ToArray())} of {elementType.Name()}, which is not a whole number of bytes.");

        if (bits / 8 > long.MaxValue)
            throw Invalid(file, tensor, $"has shape {TensorEntry.Describe(shape.ToArray())}, whose size overflows 64 bits.");

        return (long)(bits / 8);
    }

    private static void CheckCoverage(List<TensorEntry> tensors, long dataStart, long fileLength, string file)
    {
        tensors.Sort(static (a, b) =>
        {
            int order = a.Offset.CompareTo(b.Offset);
            return order != 0 ? order : a.ByteLength.CompareTo(b.ByteLength);
        });

        long covered = dataStart;
        string before = "the header";
        foreach (TensorEntry tensor in tensors)
        {
            long end = tensor.Offset + tensor.ByteLength;
            if (end > fileLength)
            {
                throw Invalid(
                    file,
                    tensor.Name,
                    $"ends at byte {end} of the file, which has only {fileLength}. The file is truncated or its data_offsets are out of range: fetch it again.");
            }

            if (tensor.Offset < covered)
                throw Invalid(file, tensor.Name, $"overlaps {before}: it starts at data byte {tensor.Offset - dataStart}, the other ends at {covered - dataStart}.");

            if (tensor.Offset > covered)
                throw Invalid(file, tensor.Name, $"leaves a hole of {tensor.Offset - covered} bytes before it, after {before}; the data has to be covered without holes.");

            covered = end;
            before = $"tensor '{tensor.Name}'";
        }

        if (covered != fileLength)
            throw new InvalidInputException($"{file}: {fileLength - covered} bytes after {before} belong to no tensor; the data has to be covered without holes.");
    }

    private static InvalidInputException Invalid(string file, string tensor, string problem) => new($"{file}: tensor '{tensor}' {problem}");
}
