using System.Collections.Immutable;
using System.Globalization;

namespace AttentionGen.Tests.Documentation;

/// <summary>What one class declares for one kind of device, a title and a text for each thing that the selector asks about.</summary>
internal static class SupportWords
{
    public static IEnumerable<(string Title, string Text)> Describe(BackendSupport support) =>
    [
        ("Needs", Needs(support)),
        ("Element types", support.ElementTypes.ToString()),
        ("Cache element types", support.CacheElementTypes == ElementTypes.None ? "that of the queries" : $"that of the queries, {support.CacheElementTypes}"),
        ("Head sizes", Sizes(support.HeadSizes, support.MinHeadSize, support.MaxHeadSize, support.HeadSizeMultipleOf)),
        ("Page sizes", Sizes(support.PageSizes, 1, int.MaxValue, support.PageSizeMultipleOf)),
        ("Heads", Heads(support)),
        ("Attention types", support.Types.ToString()),
        ("Form", support.Form.ToString()),
        ("Features", support.Features.ToString()),
        ("Graph capture", support.GraphCapture.ToString()),
    ];

    /// <summary>Whether a text says that there is no rule, of a row that is shown only where some device has one.</summary>
    public static bool IsLeftOut(string title, string text) => (title, text) is ("Heads", "any") or ("Graph capture", nameof(GraphCaptureLevel.Never));

    private static string Needs(BackendSupport support)
    {
        List<string> needs = [];
        if (support.MinComputeCapability > 0)
            needs.Add($"compute capability {Capability(support.MinComputeCapability)} or higher");

        if (support.MaxComputeCapability > 0)
            needs.Add($"compute capability {Capability(support.MaxComputeCapability)} or lower");

        if (!support.Architectures.IsEmpty)
            needs.Add($"an architecture that begins with {string.Join(" or ", support.Architectures)}");

        return needs.Count == 0 ? "nothing more" : string.Join(", ", needs);
    }

    private static string Sizes(ImmutableArray<int> listed, int min, int max, int multipleOf)
    {
        List<string> rules = [];
        if (!listed.IsEmpty)
            rules.Add(string.Join(", ", listed));

        if (multipleOf > 1)
            rules.Add($"multiples of {multipleOf}");

        if (min > 1)
            rules.Add($"at least {min}");

        if (max < int.MaxValue)
            rules.Add($"at most {max}");

        return rules.Count == 0 ? "any" : string.Join("; ", rules);
    }

    private static string Heads(BackendSupport support)
    {
        string counts = Sizes(support.QueryHeads, 1, support.MaxQueryHeads, 1);
        return support.GroupSizes.IsEmpty ? counts : $"{counts}, in groups of {string.Join(", ", support.GroupSizes)}";
    }

    private static string Capability(int value) => string.Create(CultureInfo.InvariantCulture, $"{value / 10}.{value % 10}");
}
