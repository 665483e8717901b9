using AttentionGen;
using TextGeneration.Configuration;
using TextGeneration.Graphs;
using TextGeneration.Model;
using TextGeneration.Tests.Fixtures;

namespace TextGeneration.Tests.Graphs;

/// <summary>The registered backends whose decodes can be captured on the device under test.</summary>
internal static class CapturedBackends
{
    /// <summary>Those that can run a model; a test that finds none is skipped.</summary>
    public static string[] For(string folder, ElementType type)
    {
        Assert.SkipUnless(TestDevice.Named.Kind == DeviceKind.Cuda, "Needs a GPU: set ATTENTION_TEST_DEVICE=cuda on a host with one.");
        AttentionRequest request = LanguageModel.RequestFor(ModelConfiguration.Load(folder), TestDevice.Describe(), type) with
        {
            PageSize = 16, GraphCapture = GraphChoice.Decode,
        };
        string[] names = [.. AttentionRegistry.Instance.Backends.Where(backend => backend.ReasonsAgainst(request).IsEmpty).Select(static backend => backend.Name)];
        Assert.SkipWhen(names.Length == 0, "No registered backend can be captured.");
        return names;
    }
}
