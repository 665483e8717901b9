using System.Collections.Concurrent;

namespace AttentionGen.Hosting;

/// <summary>The selections that were made so far, for the log and the health check.</summary>
internal sealed class SelectionHistory
{
    // As many as the registry keeps. Past it the oldest are forgotten all at once, and are new when they come again.
    private const int Capacity = 1024;

    private readonly ConcurrentDictionary<Selection, bool> _selections = new();

    /// <summary>The selections, in no order.</summary>
    public ICollection<Selection> Selections => _selections.Keys;

    /// <summary>Notes a selection.</summary>
    /// <returns>Whether it is new. Asking for a known one allocates nothing.</returns>
    public bool TryAdd(Selection selection)
    {
        if (_selections.ContainsKey(selection))
            return false;
        if (_selections.Count >= Capacity)
            _selections.Clear();
        return _selections.TryAdd(selection, true);
    }
}
