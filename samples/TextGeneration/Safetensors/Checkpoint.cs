using System.Collections.Immutable;

namespace TextGeneration.Safetensors;

/// <summary>
/// The weights of a model folder: one model.safetensors, or the shards that model.safetensors.index.json names.
/// All files are mapped, checked and held open until disposal; no weight is read before it is touched.
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    public const string SingleFileName = "model.safetensors";

    private readonly Dictionary<string, SafetensorsFile> _fileOfTensor;
    private readonly ImmutableArray<SafetensorsFile> _files;

    private Checkpoint(string folder, ImmutableArray<SafetensorsFile> files, Dictionary<string, SafetensorsFile> fileOfTensor)
    {
        Folder = folder;
        _files = files;
        _fileOfTensor = fileOfTensor;
    }

    /// <summary>The element types that weights may have.</summary>
    public static ImmutableArray<TensorElementType> AcceptedElementTypes { get; } =
        [TensorElementType.Float32, TensorElementType.Float16, TensorElementType.BFloat16];

    public string Folder { get; }

    public IReadOnlyCollection<string> TensorNames => _fileOfTensor.Keys;

    /// <summary>The size of all tensors together, in bytes.</summary>
    public long ByteLength => _files.Sum(file => file.Tensors.Sum(tensor => tensor.ByteLength));

    /// <summary>Opens a folder's weights.</summary>
    /// <exception cref="InvalidInputException">There are none, a file is missing or malformed, or the index disagrees with a shard.</exception>
    public static Checkpoint Open(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"{folder}: no such model folder.");

        string single = Path.Combine(folder, SingleFileName);
        if (File.Exists(single))
            return OpenSingle(folder, single);

        string index = Path.Combine(folder, CheckpointIndex.FileName);
        if (File.Exists(index))
            return OpenShards(folder, index);

        bool pickled = Directory.EnumerateFiles(folder, "*.bin").Concat(Directory.EnumerateFiles(folder, "*.pt*")).Any();
        throw new InvalidInputException(
            $"{folder}: the folder has no weights: neither {SingleFileName} nor {CheckpointIndex.FileName} is there."
            + (pickled ? " PyTorch's pickled weights are not read, because loading them can run code; save the model as safetensors." : ""));
    }

    public bool Contains(string name) => _fileOfTensor.ContainsKey(name);

    /// <summary>A tensor that has to be there, with exactly this shape and an accepted element type.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="shape">The shape it has to have.</param>
    /// <exception cref="InvalidInputException">It is missing, or differs; the message names the file, what is there and what was expected.</exception>
    public MappedTensor Get(string name, params ReadOnlySpan<long> shape)
    {
        if (!TryGet(name, out MappedTensor tensor))
        {
            string where = _files.Length == 1 ? _files[0].Path : Path.Combine(Folder, CheckpointIndex.FileName);
            throw new InvalidInputException(
                $"{where}: tensor '{name}' is missing; the model's configuration asks for it with shape {TensorEntry.Describe(shape)}. config.json and the weights may come from different models.");
        }

        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new InvalidInputException(
                $"{tensor.File.Path}: tensor '{name}' has shape {TensorEntry.Describe(tensor.Shape.AsSpan())}; the model's configuration asks for {TensorEntry.Describe(shape)}.");
        }

        if (!AcceptedElementTypes.Contains(tensor.ElementType))
        {
            throw new InvalidInputException(
                $"{tensor.File.Path}: tensor '{name}' has dtype {tensor.ElementType.Name()}; accepted are {string.Join(", ", AcceptedElementTypes.Select(type => type.Name()))}. Quantised weights are not supported.");
        }

        return tensor;
    }

    public bool TryGet(string name, out MappedTensor tensor)
    {
        tensor = default;
        return _fileOfTensor.TryGetValue(name, out SafetensorsFile? file) && file.TryGet(name, out tensor);
    }

    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
            file.Dispose();
    }

    private static Checkpoint OpenSingle(string folder, string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        return new Checkpoint(folder, [file], file.Tensors.ToDictionary(tensor => tensor.Name, _ => file, StringComparer.Ordinal));
    }

    private static Checkpoint OpenShards(string folder, string index)
    {
        IReadOnlyDictionary<string, string> shardOfTensor = CheckpointIndex.Read(index);
        var files = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        var fileOfTensor = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            foreach ((string tensor, string shard) in shardOfTensor.OrderBy(pair => pair.Value, StringComparer.Ordinal))
            {
                if (!files.TryGetValue(shard, out SafetensorsFile? file))
                {
                    string path = Path.Combine(folder, shard);
                    if (!File.Exists(path))
                        throw new InvalidInputException($"{index}: shard '{shard}', which it names for tensor '{tensor}', is missing from the folder. Fetch it too.");

                    file = SafetensorsFile.Open(path);
                    files.Add(shard, file);
                }

                if (!file.TryGet(tensor, out _))
                    throw new InvalidInputException($"{index}: tensor '{tensor}' should be in shard '{shard}', but that file does not have it.");

                fileOfTensor.Add(tensor, file);
            }

            return new Checkpoint(folder, [.. files.Values], fileOfTensor);
        }
        catch
        {
            foreach (SafetensorsFile file in files.Values)
                file.Dispose();

            throw;
        }
    }
}
