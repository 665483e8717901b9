using System.Buffers.Binary;
using System.Text.Json.Nodes;
using TextGeneration.Tests.Fixtures;
using TextGeneration.Tests.Safetensors;

namespace TextGeneration.Tests.Processes;

/// <summary>A copy of models/tiny-tasks to be damaged, deleted with the test.</summary>
internal sealed class TinyTasksCopy : IDisposable
{
    private const string Weights = "model.safetensors";
    private readonly ModelFolder _folder = new();

    public TinyTasksCopy()
    {
        foreach (string file in Directory.EnumerateFiles(FixtureFiles.TinyTasksModel))
            _folder.Write(System.IO.Path.GetFileName(file), File.ReadAllBytes(file));
    }

    public string Path => _folder.Path;

    public void Dispose() => _folder.Dispose();

    public void Delete(string file) => File.Delete(System.IO.Path.Combine(Path, file));

    public void EditText(string file, Func<string, string> edit) =>
        _folder.Write(file, edit(File.ReadAllText(System.IO.Path.Combine(Path, file))));

    public void EditConfiguration(Action<JsonObject> edit) => EditText("config.json", text =>
    {
        JsonObject fields = JsonNode.Parse(text)!.AsObject();
        edit(fields);
        return fields.ToJsonString();
    });

    public void EditWeights(Func<byte[], byte[]> edit) =>
        _folder.Write(Weights, edit(File.ReadAllBytes(System.IO.Path.Combine(Path, Weights))));

    /// <summary>Changes the header of the weights, and leaves their data as it is.</summary>
    public void EditHeader(Action<JsonObject> edit) => EditWeights(content =>
    {
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(content);
        JsonObject header = JsonNode.Parse(content.AsSpan(8, length))!.AsObject();
        edit(header);
        return SafetensorsBytes.Of(header.ToJsonString(), content[(8 + length)..]);
    });
}
