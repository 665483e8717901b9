namespace AttentionGen.Tests.Vllm.Tables;

/// <summary>
/// Requests of decision tables: <see cref="VllmRequests"/> with the page size left open, and <c>mla</c> or <c>sparse</c> among the
/// words for latent attention.
/// </summary>
internal static class Asked
{
    public static AttentionRequest For(string device, string words)
    {
        string[] all = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        AttentionRequest request = all.Contains("sparse") ? VllmRequests.Sparse(device)
            : all.Contains("mla") ? VllmRequests.Latent(device)
            : VllmRequests.Dense(device);
        return request.With("page=none").With(string.Join(' ', all.Where(static word => word is not ("mla" or "sparse"))));
    }
}
