using AttentionGen.Conformance.Cases;
using AttentionGen.Cuda.Attention;
using Xunit;
using CpuBatch = AttentionGen.Cpu.CpuBatch;

namespace AttentionGen.Tests.Cuda.Steps;

/// <summary>A request of one tile of rows whose keys a schedule cuts into a given number of parts.</summary>
internal static class CutRequest
{
    /// <summary>The shortest request that is cut so; null where none is.</summary>
    /// <param name="key">The schedule of the layer for such requests.</param>
    /// <param name="queries">The number of queries.</param>
    /// <param name="group">The number of query heads, of one KV head.</param>
    /// <param name="parts">The number of parts.</param>
    public static RequestShape? Find(ScheduleKey key, int queries, int group, int parts)
    {
        const int Longest = 1 << 20;
        WorkSchedule schedule = new(key);
        for (int keys = queries + 5; keys < Longest; keys += WorkSchedule.CutMultiple)
        {
            int found = PartsOf(schedule, keys, queries, group);
            if (found == parts)
                return RequestShape.Decoder(keys, queries);
            if (found > parts)
                break;
        }

        return null;
    }

    /// <summary>A request that is cut into about as many parts as there are blocks.</summary>
    public static RequestShape OfAllBlocks(ScheduleKey key, int queries, int group)
    {
        int keys = key.Grid * (key.IsForHopper ? 1280 : 320);
        Assert.InRange(PartsOf(new WorkSchedule(key), keys, queries, group), key.Grid * 3 / 4, key.Grid);
        return RequestShape.Decoder(keys, queries);
    }

    /// <summary>Into how many parts the keys of a request are cut.</summary>
    public static int PartsOf(WorkSchedule schedule, int keys, int queries, int group)
    {
        CpuBatch batch = new();
        batch.CopyFrom(new AttentionBatch
        {
            QueryStartLoc = new[] { 0, queries }, SeqLens = new[] { keys }, BlockTable = ReadOnlyMemory<int>.Empty, MaxBlocks = 0, SlotMapping = ReadOnlyMemory<long>.Empty,
        });
        schedule.Fill(batch, group, keyValueHeads: 1);
        WorkItem[] parts = [.. schedule.Items.ToArray().OrderBy(static item => item.KeyBegin)];
        Assert.All(parts, item => Assert.Equal((queries * group, 1), (item.RowCount, item.KeyEnd > item.KeyBegin ? 1 : 0)));
        Assert.Equal(keys, parts.Sum(static item => item.KeyEnd - item.KeyBegin));
        Assert.Equal(parts.Length > 1 ? [parts.Length] : [], schedule.Merges.ToArray().Select(static merge => merge.PartCount));
        return parts.Length;
    }
}
