namespace AttentionGen.Tests;

/// <summary>Whether a request makes sense, from the words of <see cref="AttentionRequest"/>'s members.</summary>
internal static class RequestOracle
{
    public static bool IsValid(AttentionRequest request)
    {
        int?[] positive =
        [
            request.HeadSize, request.QueryHeads, request.KeyValueHeads, request.ValueHeadSize, request.PageSize, request.ExpectedRequests, request.ExpectedContextLength,
        ];
        return positive.All(static number => number is null or > 0)
            && request.QueryHeads % request.KeyValueHeads == 0
            && request.Layer is null or >= 0
            && Enum.IsDefined(request.Device.Kind) && Enum.IsDefined(request.ElementType) && Enum.IsDefined(request.CacheElementType ?? default)
            && Enum.IsDefined(request.Form) && Enum.IsDefined(request.GraphCapture) && Enum.IsDefined(request.Phase)
            && request.Type is not AttentionTypes.None && Enum.IsDefined(request.Type)
            && (int)request.Features >> 17 == 0
            && !(request.Type == AttentionTypes.CrossAttention && Asks(request, AttentionFeatures.SlidingWindow, AttentionFeatures.Alibi, AttentionFeatures.TreeMask))
            && !(request.Type is AttentionTypes.Encoder or AttentionTypes.EncoderOnly && Asks(request, AttentionFeatures.TreeMask))
            && !(request.Form == AttentionForm.MultiHead && Asks(request, AttentionFeatures.PackedLatentCache));
    }

    private static bool Asks(AttentionRequest request, params AttentionFeatures[] features) => features.Any(feature => request.Features.HasFlag(feature));
}
