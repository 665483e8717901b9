using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Completions;

namespace AttentionGen.CommandLine.Options;

/// <summary>Names of registered backends, in any case.</summary>
internal sealed class BackendsOption : Option<string[]>
{
    public BackendsOption(string name, string description, AttentionBackendRegistry registry)
        : base(name)
    {
        Description = description;
        HelpName = "backend";
        CompletionSources.Add(_ => registry.Backends.Select(static backend => new CompletionItem(backend.Name)));
    }

    /// <summary>The backends that were named, or all that are registered where none was.</summary>
    /// <exception cref="UnknownBackendException">A name is not known, or no class serves it.</exception>
    public ImmutableArray<BackendDescriptor> Read(ParseResult result, AttentionBackendRegistry registry) =>
        result.GetValue(this) is { Length: > 0 } names ? [.. names.Select(name => Find(registry, name))] : registry.Backends;

    private static BackendDescriptor Find(AttentionBackendRegistry registry, string name)
    {
        if (registry.TryGetDescriptor(name.AsSpan().Trim(), out BackendDescriptor? descriptor))
            return descriptor;

        // Known or not, this throws with the nearest name and what to do.
        using (registry.Create(name.Trim()) as IDisposable)
            throw new Execution.InvalidInputException($"'{name}' is served by a factory that was set at run time and declares nothing.");
    }
}
