using System.Globalization;
using AttentionGen.CommandLine.Output;

namespace AttentionGen.CommandLine.Explaining;

/// <summary>A request in words: everything that the answer depends on, defaults too.</summary>
internal static class RequestWords
{
    public static IEnumerable<(string Title, string Text)> Describe(AttentionRequest request)
    {
        yield return ("device", request.Device.ToString());
        yield return ("types", request.CacheElementType is { } cache && cache != request.ElementType
            ? $"{request.ElementType}, KV cache {cache}"
            : $"{request.ElementType}, KV cache too");
        yield return ("heads", Text($"{request.QueryHeads} query heads over {request.KeyValueHeads} KV heads of size {request.HeadSize}")
            + (request.ValueHeadSize is { } size ? Text($", values of size {size}") : ""));
        yield return ("pages", request.PageSize is { } page ? Text($"{page} tokens") : "left to the backend");
        yield return ("role", $"{request.Type}, {request.Form}" + (request.Layer is { } layer ? Text($", layer {layer}") : ", any layer"));
        yield return ("features", CapabilityWords.Joined(request.Features, "none"));
        yield return ("steps", (request.Phase == AttentionPhase.Any ? "any phase" : $"{request.Phase}".ToLowerInvariant())
            + (request.ExpectedRequests is { } requests ? Text($", {requests} requests expected") : "")
            + (request.ExpectedContextLength is { } length ? Text($", {length} keys each expected") : "")
            + (request.GraphCapture == GraphCaptureLevel.Never ? "" : $", captured in CUDA graphs: {request.GraphCapture}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
