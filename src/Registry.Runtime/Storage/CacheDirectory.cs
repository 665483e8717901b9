using System.Text;

namespace AttentionGen;

/// <summary>
/// The folder in which AttentionGen keeps what can be found out again: measured rankings and passed probes. Any number of
/// processes may use it at once: a file is written under another name and then moved into place.
/// </summary>
public sealed class CacheDirectory
{
    /// <summary>The environment variable that names the folder of <see cref="ForUser()"/>.</summary>
    public const string Variable = "ATTENTION_CACHE_DIRECTORY";

    private const string FolderName = "attentiongen";

    /// <summary>A folder that is named; it is made when the first file is written.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public CacheDirectory(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = System.IO.Path.GetFullPath(path);
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>
    /// The folder of the user: what the environment variable <c>ATTENTION_CACHE_DIRECTORY</c> names, else <c>attentiongen</c>
    /// in XDG_CACHE_HOME, in <c>~/.cache</c>, or on Windows in the local application data.
    /// </summary>
    /// <exception cref="InvalidOperationException">The user has no such folder, and the variable is not set.</exception>
    public static CacheDirectory ForUser()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return new CacheDirectory(named);
        if (OperatingSystem.IsWindows())
            return In(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData));

        // The specification of XDG's base directories has relative paths ignored.
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && System.IO.Path.IsPathRooted(cache))
            return In(cache);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return In(home.Length == 0 ? "" : System.IO.Path.Combine(home, ".cache"));
    }

    /// <summary>
    /// A file's name made of texts: their ASCII letters and digits in lower case, all else as hyphens. Two lists of texts may
    /// give the same name, so a file has to say what it is for.
    /// </summary>
    /// <param name="parts">The texts.</param>
    /// <returns>The name, with <c>.json</c> at the end; no longer than file systems accept.</returns>
    public static string FileName(params ReadOnlySpan<string> parts)
    {
        const int LongestName = 200;
        StringBuilder name = new();
        foreach (string part in parts)
        {
            foreach (char letter in part)
            {
                if (char.IsAsciiLetterOrDigit(letter))
                    name.Append(char.ToLowerInvariant(letter));
                else if (name.Length > 0 && name[^1] != '-')
                    name.Append('-');
            }

            if (name.Length > 0 && name[^1] != '-')
                name.Append('-');
        }

        return name.ToString().TrimEnd('-') is { Length: > LongestName } tooLong
            ? $"{tooLong[..LongestName]}.json"
            : $"{name.ToString().TrimEnd('-')}.json";
    }

    /// <summary>The full path of a file of the folder.</summary>
    /// <param name="file">The file's name.</param>
    public string PathOf(string file) => System.IO.Path.Combine(Path, file);

    /// <summary>The text of a file, or null where there is none.</summary>
    /// <param name="file">The file's name.</param>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read it.</exception>
    public string? Read(string file)
    {
        try
        {
            return File.ReadAllText(PathOf(file));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes a file whole, in place of what was there: whoever reads it at that time reads the one or the other.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="text">What it shall hold.</param>
    /// <exception cref="IOException">The folder or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write there.</exception>
    public void Write(string file, string text)
    {
        CreateFolder();
        string path = PathOf(file), temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllText(temporary, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>The folder's path.</summary>
    public override string ToString() => Path;

    // For the user alone: another user of the machine is not to choose what this one's applications run on.
    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path);
        else
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static CacheDirectory In(string parent) => parent.Length > 0
        ? new CacheDirectory(System.IO.Path.Combine(parent, FolderName))
        : throw new InvalidOperationException(
            $"The user has no folder for caches: neither HOME nor XDG_CACHE_HOME is set. Set {Variable} to a folder, or name one in code.");
}
