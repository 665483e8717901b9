using AttentionGen.Conformance.Cases;
using AttentionGen.Cuda;
using AttentionGen.Cuda.Attention;
using Xunit;

namespace AttentionGen.Tests.Cuda.Steps;

/// <summary>Steps of one request whose keys are cut into a given number of parts.</summary>
internal static class CutSteps
{
    private const int Group = 4;

    /// <summary>Runs a request in so many parts; false where no request is cut so.</summary>
    /// <param name="device">The device.</param>
    /// <param name="isSpecialised">Whether requests of few rows and of many go to kernels of their own.</param>
    /// <param name="shape">What the layer computes.</param>
    /// <param name="isPrefill">Whether the request fills a tile of rows; else it has one query.</param>
    /// <param name="parts">The number of parts; 0: as many as there are blocks.</param>
    public static bool TryRun(CudaDevice device, bool isSpecialised, AttentionCase shape, bool isPrefill, int parts)
    {
        using CudaEngineBackend backend = new(device, isSpecialised);
        AttentionCase attentionCase = shape with { QueryHeads = Group, KeyValueHeads = 1, LogSumExp = true };
        backend.CreateLayer(attentionCase.ToLayerOptions(device.Memory)).Dispose();
        ScheduleKey key = Assert.Single(
            backend.Schedules.All, key => key.IsFor(attentionCase.PageSize) && (key.Rows == ScheduledRows.All || key.Rows == (isPrefill ? ScheduledRows.Many : ScheduledRows.Few)));
        Assert.Equal(isSpecialised, key.Rows != ScheduledRows.All);
        int queries = isPrefill ? key.PrefillRows / Group : 1;
        RequestShape? found = parts == 0 ? CutRequest.OfAllBlocks(key, queries, Group) : CutRequest.Find(key, queries, Group, parts);
        if (found is not { } request)
            return false;
        ReferenceStep.AssertConforms(backend, device.Memory, attentionCase with { Requests = [request] });
        return true;
    }
}
