using System.Globalization;
using System.Security.Cryptography;

namespace AttentionGen.Libtorch;

/// <summary>
/// Keeps remedied copies in a folder of the user's: named by the hash of what they were made from, written under another
/// name and then moved into place, and compared with what they must hold before they are used, so that any number of
/// processes may share them.
/// </summary>
internal static class RemediedLibraryCache
{
    /// <summary>The path of a remedied copy of <paramref name="source"/>, which itself is only read.</summary>
    /// <exception cref="ElfFormatException">The remedy does not fit the file.</exception>
    /// <exception cref="IOException">No folder could be written to.</exception>
    public static string GetOrCreate(string source)
    {
        byte[] original = File.ReadAllBytes(source);
        byte[] remedied = LibstdcxxRemedy.Apply(original);
        string hash = Convert.ToHexStringLower(SHA256.HashData(original).AsSpan(0, 12));
        string folder = string.Create(CultureInfo.InvariantCulture, $"{hash}-{LibstdcxxRemedy.Version}");

        List<string> refused = [];
        foreach (string root in Roots())
        {
            try
            {
                return WriteOnce(Path.Combine(root, folder), Path.GetFileName(source), remedied);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                refused.Add($"{root}: {error.Message}");
            }
        }

        throw new IOException($"no cache folder could be written to ({string.Join("; ", refused)}).");
    }

    /// <summary>Writes <paramref name="content"/> unless it is there already.</summary>
    internal static string WriteOnce(string folder, string file, byte[] content)
    {
        string path = Path.Combine(folder, file);
        if (Holds(path, content))
            return path;

        CreateFolder(folder);
        string temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        return path;
    }

    private static bool Holds(string path, byte[] content)
    {
        FileInfo file = new(path);
        return file.Exists && file.Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
    }

    // Only the user may write there: other users of the machine must not be able to exchange what is about to be loaded.
    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache))
            yield return Path.Combine(cache, "attentiongen");
        if (Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home)
            yield return Path.Combine(home, ".cache", "attentiongen");
        // A fixed name in the folder that all users share could be taken by another of them.
        yield return Directory.CreateTempSubdirectory("attentiongen-").FullName;
    }
}
