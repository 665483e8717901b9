using System.Collections.Concurrent;

namespace AttentionGen;

/// <summary>Keeps selections, so that asking again costs a lookup and no memory. Errors are not kept.</summary>
internal sealed class SelectionCache
{
    // A model has a handful of different layers. Who asks for more different things than this asks with made-up requests.
    private const int Capacity = 1024;

    private readonly ConcurrentDictionary<Key, Selection> _selections = new();

    // Read once: to read it takes longer than to find a selection, and what is kept would not follow it.
    private readonly Lazy<BackendChoice?> _environment = new(BackendChoice.FromEnvironment);

    public Selection GetOrSelect(AttentionBackendRegistry registry, AttentionRequest request, SelectionOptions options)
    {
        Key key = new(request, options);
        if (_selections.TryGetValue(key, out Selection? selection))
        {
            SelectionTelemetry.Found(selection);
            return selection;
        }

        selection = SelectionTelemetry.Select(registry, request, options, _environment.Value);
        if (_selections.Count >= Capacity)
            _selections.Clear();
        return _selections.GetOrAdd(key, selection);
    }

    private readonly record struct Key(AttentionRequest Request, SelectionOptions Options)
    {
        public bool Equals(Key other) => ReferenceEquals(Options, other.Options) && Request.Equals(other.Request);

        public override int GetHashCode() => Request.GetHashCode();
    }
}
