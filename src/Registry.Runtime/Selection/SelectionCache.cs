using System.Collections.Concurrent;

namespace AttentionGen;

/// <summary>Keeps selections, so that asking again costs a lookup and no memory. Errors are not kept.</summary>
internal sealed class SelectionCache
{
    // A model has a handful of different layers. Who asks for more different things than this asks with made-up requests.
    private const int Capacity = 1024;

    private readonly ConcurrentDictionary<Key, Selection> _selections = new();

    public Selection GetOrSelect(AttentionBackendRegistry registry, AttentionRequest request, SelectionOptions options, string? environment)
    {
        Key key = new(request, options, environment);
        if (_selections.TryGetValue(key, out Selection? selection))
        {
            SelectionTelemetry.Found(selection);
            return selection;
        }

        selection = SelectionTelemetry.Select(registry, request, options, BackendChoice.FromName(environment));
        if (_selections.Count >= Capacity)
            _selections.Clear();
        return _selections.GetOrAdd(key, selection);
    }

    private readonly record struct Key(AttentionRequest Request, SelectionOptions Options, string? Environment)
    {
        public bool Equals(Key other) =>
            ReferenceEquals(Options, other.Options)
            && string.Equals(Environment, other.Environment, StringComparison.Ordinal)
            && Request.Equals(other.Request);

        public override int GetHashCode() => Request.GetHashCode();
    }
}
