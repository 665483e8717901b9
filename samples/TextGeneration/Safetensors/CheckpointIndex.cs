using System.Text.Json;
using TextGeneration.Json;

namespace TextGeneration.Safetensors;

/// <summary>Reads model.safetensors.index.json, which says in which shard of a large checkpoint each tensor is.</summary>
internal static class CheckpointIndex
{
    public const string FileName = "model.safetensors.index.json";

    /// <summary>Reads the index.</summary>
    /// <returns>Tensor name to shard; each shard is the plain name of a file beside the index.</returns>
    /// <exception cref="InvalidInputException">The index is malformed, or names a shard outside its folder.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        using JsonDocument document = JsonFile.Open(path);
        JsonFields map = new JsonFields(document.RootElement, path).Object("weight_map");
        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string tensor, JsonElement value) in map.Properties())
        {
            string shard = map.String(value, tensor);
            if (!IsPlainFileName(shard))
                throw map.Error(tensor, $"names shard '{shard}'; expected the plain name of a file in the same folder, without a directory.");

            shards.Add(tensor, shard);
        }

        if (shards.Count == 0)
            throw new InvalidInputException($"{path}: field 'weight_map' is empty; expected the shard of each tensor.");

        return shards;
    }

    // Both separators on every system: an index must not mean something else on another one.
    private static bool IsPlainFileName(string name) =>
        name.Length > 0 && name is not ("." or "..") && name.AsSpan().IndexOfAny('/', '\\', ':') < 0 && !name.Contains('\0', StringComparison.Ordinal);
}
