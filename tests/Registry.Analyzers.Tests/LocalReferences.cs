using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace AttentionGen.Tests;

/// <summary>What test code is compiled against: .NET 10 out of a package of this project, nothing downloaded, and the runtime library.</summary>
internal static class LocalReferences
{
    /// <summary>Names a framework and leaves its references to <see cref="All"/>.</summary>
    public static ReferenceAssemblies None { get; } = new("net10.0");

    public static ImmutableArray<MetadataReference> Framework { get; } = [.. Net100.References.All];

    public static ImmutableArray<MetadataReference> All { get; } =
        [.. Framework, MetadataReference.CreateFromFile(typeof(IAttentionBackend).Assembly.Location)];
}
