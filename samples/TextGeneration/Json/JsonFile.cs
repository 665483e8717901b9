using System.Text.Json;

namespace TextGeneration.Json;

/// <summary>Reads a JSON file whole, and says where in it a mistake is.</summary>
internal static class JsonFile
{
    /// <summary>The largest JSON file read: tokenizer.json of the largest vocabularies is some tens of megabytes.</summary>
    public const long MaximumBytes = 512L << 20;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>Opens a file whose top level has to be an object.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The document, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The file is missing, unreadable, too large, not JSON, or not an object.</exception>
    public static JsonDocument Open(string path)
    {
        byte[] content = ReadBytes(path);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(content, Options);
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"{path}: not valid JSON at {Position(error)}: {FirstSentence(error.Message)}", error);
        }
        catch (InvalidOperationException error)
        {
            // The check for duplicates reads every name.
            throw new InvalidInputException($"{path}: a name in it is not valid Unicode: {error.Message}", error);
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            JsonValueKind found = document.RootElement.ValueKind;
            document.Dispose();
            throw new InvalidInputException($"{path}: expected a JSON object at the top level, found {Describe(found)}.");
        }

        return document;
    }

    /// <summary>Line and column, both counted from 1; the column counts bytes.</summary>
    public static string Position(JsonException error) =>
        $"line {(error.LineNumber ?? 0) + 1}, column {(error.BytePositionInLine ?? 0) + 1}";

    /// <summary>The parser's own words, without the position that it appends (counted from 0 there).</summary>
    public static string FirstSentence(string message)
    {
        foreach (string tail in (ReadOnlySpan<string>)[" Path: ", " LineNumber: "])
        {
            int cut = message.IndexOf(tail, StringComparison.Ordinal);
            if (cut > 0)
                message = message[..cut];
        }

        return message;
    }

    /// <summary>A kind of JSON value in words, with its article.</summary>
    public static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    private static byte[] ReadBytes(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > MaximumBytes)
                throw new InvalidInputException($"{path}: {stream.Length} bytes is too large for a JSON file; at most {MaximumBytes} are read.");

            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"{path}: no such file.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidInputException($"{path}: cannot be read: {error.Message}", error);
        }
    }
}
