using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>A name was asked for that no backend of the registry serves.</summary>
public sealed class UnknownBackendException : ArgumentException
{
    private UnknownBackendException(string message, string requested, string? nearest, ImmutableArray<string> registered)
        : base(message)
    {
        RequestedName = requested;
        NearestName = nearest;
        RegisteredNames = registered;
    }

    /// <summary>The name as it was asked for.</summary>
    public string RequestedName { get; }

    /// <summary>The registered or known name that is spelt most like it, or null where none is near.</summary>
    public string? NearestName { get; }

    /// <summary>The names that are registered, in ordinal order.</summary>
    public ImmutableArray<string> RegisteredNames { get; }

    internal static UnknownBackendException ForUnknownName(string requested, AttentionBackendRegistry registry)
    {
        string? nearest = FindNearest(requested, registry);
        string hint = nearest is null ? "" : $" Did you mean '{nearest}'?";
        return new($"'{requested}' is not the name of an attention backend.{hint} {Registered(registry)}",
            requested, nearest, NamesOf(registry));
    }

    internal static UnknownBackendException ForUnservedName(string name, AttentionBackendRegistry registry) =>
        new($"'{name}' is an in-tree name, but no class in this application serves it. {Registered(registry)} "
            + $"Reference the package that brings it, or put [AttentionBackend] with this name on a class and rebuild.",
            name, null, NamesOf(registry));

    internal static UnknownBackendException ForNameOutOfTree(string requested, bool isKnown, AttentionBackendRegistry registry)
    {
        if (isKnown)
        {
            return new($"'{requested}' is a name of its own and no member of {nameof(Backend)}. Pass it as text: "
                + $"Create(\"{requested}\").", requested, null, NamesOf(registry));
        }

        string message = BackendNames.DescribeUnknown(requested, out string? nearest);
        return new(message, requested, nearest, NamesOf(registry));
    }

    /// <summary>A text that is none of the 18 where only they are asked for.</summary>
    internal static UnknownBackendException ForNameOutOfTree(string requested)
    {
        string message = BackendNames.DescribeUnknown(requested, out string? nearest);
        return new(message, requested, nearest, BackendNames.All);
    }

    private static string? FindNearest(string requested, AttentionBackendRegistry registry) =>
        NameDistance.Nearest(requested, NamesOf(registry)) ?? NameDistance.Nearest(requested, registry.Names);

    private static string Registered(AttentionBackendRegistry registry) =>
        registry.Backends.IsEmpty ? "No backend is registered." : $"Registered: {string.Join(", ", NamesOf(registry))}.";

    private static ImmutableArray<string> NamesOf(AttentionBackendRegistry registry) =>
        [.. registry.Backends.Select(static backend => backend.Name)];
}
