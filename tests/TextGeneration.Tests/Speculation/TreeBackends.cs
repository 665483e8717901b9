using AttentionGen;
using TextGeneration.Configuration;
using TextGeneration.Model;
using TextGeneration.Tests.Fixtures;

namespace TextGeneration.Tests.Speculation;

/// <summary>The registered backends that attend to trees on the device under test.</summary>
internal static class TreeBackends
{
    /// <summary>Those that can run a model.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="type">The element type to compute in.</param>
    /// <param name="pageSize">The page size.</param>
    public static IEnumerable<string> For(string folder, ElementType type = ElementType.Float32, int pageSize = 16)
    {
        AttentionRequest request = LanguageModel.RequestFor(ModelConfiguration.Load(folder), TestDevice.Describe(), type, treeMask: true) with { PageSize = pageSize };
        return AttentionRegistry.Instance.Backends.Where(backend => backend.ReasonsAgainst(request).IsEmpty).Select(static backend => backend.Name);
    }
}
