using System.Text;

namespace TextGeneration.Tests;

/// <summary>A model folder made for one test, deleted with it.</summary>
internal sealed class ModelFolder : IDisposable
{
    public ModelFolder() => Path = Directory.CreateTempSubdirectory("text-generation-").FullName;

    public string Path { get; }

    public string Write(string name, byte[] content)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
