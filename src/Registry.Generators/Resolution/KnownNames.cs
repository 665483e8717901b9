namespace AttentionGen.Generators;

/// <summary>The names that an assembly knows: the in-tree ones, those of its references, its own.</summary>
internal sealed class KnownNames
{
    // Follows a class name that is known already, as an in-tree name is.
    private const string OwnNameSuffix = "_BACKEND";

    private readonly string[] _names;
    private readonly ILookup<string, string> _byLetters;
    private readonly Dictionary<string, string> _suggestions = new(StringComparer.Ordinal);

    public KnownNames(CompilationModel compilation, IEnumerable<string> ownNames)
    {
        // Own names come last: of two names that are alike the later is spoken of, and only an own one can be changed.
        _names =
        [
            .. compilation.InTree.Select(static backend => backend.Name)
                .Concat(compilation.References.SelectMany(static reference => reference.Backends).Select(static backend => backend.Name))
                .Concat(ownNames)
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        _byLetters = _names.ToLookup(WithoutUnderscores, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<string> All => _names;

    /// <summary>The first known name that is the same but for underscores and case, or null where this is the first.</summary>
    public string? FindEarlierAlike(string name)
    {
        string first = _byLetters[WithoutUnderscores(name)].First();
        return StringComparer.OrdinalIgnoreCase.Equals(first, name) ? null : first;
    }

    /// <summary>
    /// A name for a class, made from the class's own, that is like no known name and like none suggested to another class:
    /// Fix All may put all of them in.
    /// </summary>
    public string SuggestFor(BackendModel backend)
    {
        if (!_suggestions.TryGetValue(backend.TypeName, out string? suggestion))
        {
            suggestion = Suggest(SuggestedName.FromClassName(backend.TypeName.Substring(backend.TypeName.LastIndexOf('.') + 1)));
            _suggestions.Add(backend.TypeName, suggestion);
        }

        return suggestion;
    }

    private string Suggest(string fromClass)
    {
        string suggestion = fromClass;
        for (int attempt = 1; IsTaken(suggestion); attempt++)
        {
            string suffix = attempt == 1 ? OwnNameSuffix : $"{OwnNameSuffix}_{attempt}";
            suggestion = fromClass.Substring(0, Math.Min(fromClass.Length, BackendName.MaxLength - suffix.Length)) + suffix;
        }

        return suggestion;
    }

    private bool IsTaken(string name)
    {
        string letters = WithoutUnderscores(name);
        return _byLetters.Contains(letters)
            || _suggestions.Values.Any(other => StringComparer.OrdinalIgnoreCase.Equals(WithoutUnderscores(other), letters));
    }

    private static string WithoutUnderscores(string name) => name.Replace("_", "");
}
