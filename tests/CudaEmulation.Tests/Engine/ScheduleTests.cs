using AttentionGen.Cuda.Attention;
using AttentionGen.Tests.Cuda.Steps;
using Xunit;
using CpuBatch = AttentionGen.Cpu.CpuBatch;

namespace AttentionGen.Tests.Engine;

/// <summary>How batches are cut into work: everything is done once, and memory that was planned for suffices.</summary>
public sealed class ScheduleTests
{
    private const int Group = 4, KeyValueHeads = 2;

    [Fact]
    public void Every_row_meets_every_key_it_sees_once_and_fits_into_what_a_capacity_reserves()
    {
        Random random = new(1);
        int inTurn = 0;
        for (int round = 0; round < 500; round++)
        {
            bool shares = random.Next(2) == 0;
            ScheduleKey key = new(
                random.Next(4) == 0 && !shares ? random.Next(1, 300) : int.MaxValue, !shares && random.Next(3) == 0, shares, 64, random.Next(1, 40));
            CpuBatch batch = RandomBatch(random, shares);
            WorkSchedule schedule = new(key);
            schedule.Fill(batch, Group, KeyValueHeads);

            AssertCovers(schedule, batch);
            inTurn += schedule.BlocksInTurn > 0 ? 1 : 0;
            AssertFits(schedule, batch);
        }

        Assert.InRange(inTurn, 50, int.MaxValue);
    }

    [Fact]
    public void Tiles_taken_in_turn_cover_prompts_and_are_cut_where_blocks_would_wait()
    {
        Random random = new(2);
        int cut = 0;
        for (int round = 0; round < 60; round++)
        {
            ScheduleKey key = new(random.Next(4) == 0 ? random.Next(1, 300) : int.MaxValue, random.Next(4) == 0, false, 128, random.Next(1, 40), ScheduledRows.Many, 128, IsForHopper: true);
            CpuBatch batch = Batch(RandomPrompts(random, 3000), 0);
            WorkSchedule schedule = new(key);
            schedule.Fill(batch, Group, KeyValueHeads);

            AssertCovers(schedule, batch);
            cut += schedule.Merges.Length;
            Assert.False(key.IsInvariant && schedule.Merges.Length > 0);
            AssertFits(schedule, batch);
        }

        Assert.InRange(cut, 10, int.MaxValue);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Prompts_alone_are_taken_in_turn_and_cut_where_blocks_would_wait(bool hasOwnLaunch)
    {
        Random random = new(3);
        int cut = 0;
        for (int round = 0; round < 50; round++)
        {
            ScheduleKey key = new(
                random.Next(4) == 0 ? random.Next(1, 300) : int.MaxValue, false, false, random.Next(2) == 0 ? 64 : 128, random.Next(1, 40),
                hasOwnLaunch ? ScheduledRows.Many : ScheduledRows.All, hasOwnLaunch && random.Next(2) == 0 ? 128 : 0);
            CpuBatch batch = Batch(RandomPrompts(random, 4000), 0);
            WorkSchedule schedule = new(key);
            schedule.Fill(batch, Group, KeyValueHeads);

            Assert.Equal(key.Grid, schedule.BlocksInTurn);
            AssertCovers(schedule, batch);
            AssertFits(schedule, batch);
            cut += schedule.Merges.Length;
        }

        Assert.InRange(cut, 50, int.MaxValue);
    }

    [Fact]
    public void Prompts_in_turn_begin_with_the_longest_tiles_of_the_heads_whose_keys_stay_in_the_cache()
    {
        WorkSchedule schedule = new(new ScheduleKey(int.MaxValue, false, false, 128, 264));
        schedule.Fill(Batch([(Computed: 0, New: 12_000), (Computed: 0, New: 4096)], 0), Group, keyValueHeads: 8);
        WorkItem[] items = schedule.Items.ToArray(), first = items[..(2 * 375)];
        Assert.All(first, static item => Assert.Equal((0, true), (item.Request, item.KeyValueHead < 2)));
        Assert.All(first.Zip(first[1..]), static pair => Assert.True(pair.First.KeyEnd >= pair.Second.KeyEnd));
        Assert.Empty(schedule.Merges.ToArray());
        Assert.Equal(8 * (375 + 128), items.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decodes_beside_prompts_are_taken_in_turn_and_cut_ever_shorter(bool hasOwnLaunch)
    {
        const int Grid = 24;
        (int, int)[] decodes = [.. Enumerable.Repeat((Computed: 4095, New: 1), 20)], prompts = [(0, 70), (40, 100)];
        ScheduleKey key = new(int.MaxValue, false, false, 64, Grid, hasOwnLaunch ? ScheduledRows.Few : ScheduledRows.All, RunsBeside: hasOwnLaunch);
        WorkSchedule schedule = new(key);
        schedule.Fill(Batch([.. decodes, .. prompts], 0), Group, KeyValueHeads);

        Assert.Equal(Grid, schedule.BlocksInTurn);
        Assert.True(schedule.FirstItem.IsEmpty);
        int[] lengths = [.. schedule.Items.ToArray().Where(static item => item.RowCount == Group).Select(static item => item.KeyEnd - item.KeyBegin)];
        Assert.Equal(4096, lengths[0]);
        Assert.InRange(lengths[^1], 64, 256);
        Assert.Equal(20 * KeyValueHeads * 4096, lengths.Sum());
        Assert.Equal(hasOwnLaunch, schedule.Items.Length == lengths.Length);

        // Decodes alone: a list for each block.
        schedule.Fill(Batch(decodes, 0), Group, KeyValueHeads);
        Assert.Equal(0, schedule.BlocksInTurn);
        Assert.Equal(Grid + 1, schedule.FirstItem.Length);
        schedule.Fill(Batch(prompts, 0), Group, KeyValueHeads);
        Assert.Equal(hasOwnLaunch ? 0 : Grid, schedule.BlocksInTurn);
    }

    [Theory]
    [InlineData(0, 132)]
    [InlineData(1, 132)]
    [InlineData(60, 48)]
    [InlineData(2000, 2)]
    public void Prompts_leave_multiprocessors_to_decodes_by_what_both_take(int decodes, int blocks)
    {
        ScheduleKey key = new(int.MaxValue, false, false, 128, 132, ScheduledRows.Many, 128, IsForHopper: true, RunsBeside: true);
        (int, int)[] prompts = [.. Enumerable.Repeat((Computed: 0, New: 1024), 4)];
        CpuBatch batch = Batch([.. Enumerable.Repeat((Computed: 4095, New: 1), decodes), .. prompts], 0);
        WorkSchedule schedule = new(key);
        schedule.Fill(batch, Group, keyValueHeads: 8);
        Assert.InRange(schedule.BlocksInTurn, blocks * 9 / 10, Math.Min(132, blocks * 11 / 10));
        WorkSchedule alone = new(key with { RunsBeside = false });
        alone.Fill(batch, Group, keyValueHeads: 8);
        Assert.Equal(132, alone.BlocksInTurn);
    }

    [Theory]
    [InlineData(16, 4096)]
    [InlineData(64, 8192)]
    [InlineData(1, 131072)]
    [InlineData(100, 700)]
    public void No_block_has_much_more_than_another(int requests, int keys)
    {
        const int Grid = 264;
        WorkSchedule schedule = new(new ScheduleKey(int.MaxValue, false, false, 64, Grid));
        schedule.Fill(Batch([.. Enumerable.Repeat((Computed: keys - 1, New: 1), requests)], 0), Group, keyValueHeads: 8);
        long most = 0, all = 0;
        for (int block = 0; block < Grid; block++)
        {
            long own = 0;
            foreach (WorkItem item in schedule.Items[schedule.FirstItem[block]..schedule.FirstItem[block + 1]])
                own += item.KeyEnd - item.KeyBegin;
            (most, all) = (Math.Max(most, own), all + own);
        }

        Assert.Equal(8L * requests * keys, all);
        Assert.InRange(most, 0, (all / Grid * 1.08) + 64);
    }

    [Fact]
    public void Shared_keys_are_attended_to_once_where_requests_have_few_rows()
    {
        WorkSchedule schedule = new(new ScheduleKey(int.MaxValue, false, true, 64, 8));
        schedule.Fill(Batch([.. Enumerable.Repeat((Computed: 1100, New: 1), 12)], prefix: 1024), Group, KeyValueHeads);
        Assert.Contains(schedule.Items.ToArray(), static item => item is { IsShared: 1 });
        Assert.All(schedule.Items.ToArray(), static item => Assert.True(item.IsShared == 1 ? item.KeyEnd <= 1024 : item.KeyBegin >= 1024));

        // A prompt fills its tiles by itself.
        schedule.Fill(Batch([(Computed: 1024, New: 640), (Computed: 1024, New: 320)], prefix: 1024), Group, KeyValueHeads);
        Assert.DoesNotContain(schedule.Items.ToArray(), static item => item is { IsShared: 1 });
    }

    [Theory]
    [InlineData(1, 128, 300, 1)]
    [InlineData(1, 128, 517, 2)]
    [InlineData(1, 128, 773, 3)]
    [InlineData(1, 128, 1797, 7)]
    [InlineData(1, 128, 67_600, 264)]
    [InlineData(1, 128, 1_000_000, 264)]
    [InlineData(32, 128, 300, 1)]
    [InlineData(32, 128, 517, 2)]
    [InlineData(32, 128, 1037, 4)]
    public void Keys_of_one_request_are_cut_into_parts_by_their_number(int queries, int prefillRows, int keys, int parts)
    {
        WorkSchedule schedule = new(new ScheduleKey(int.MaxValue, false, false, prefillRows, 264));
        Assert.Equal(parts, CutRequest.PartsOf(schedule, keys, queries, Group));
        Assert.Equal(parts, CutRequest.PartsOf(new WorkSchedule(schedule.Key with { Grid = parts }), keys, queries, Group));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(17)]
    [InlineData(264)]
    public void Keys_of_a_long_tile_of_many_rows_are_cut_into_about_as_many_parts_as_there_are_blocks(int grid)
    {
        WorkSchedule schedule = new(new ScheduleKey(int.MaxValue, false, false, 128, grid, ScheduledRows.Many));
        for (int keys = grid * 300; keys < grid * 2000; keys += 37 * grid)
            Assert.InRange(CutRequest.PartsOf(schedule, keys, queries: 32, Group), grid * 3 / 4, grid);
    }

    [Theory]
    [InlineData(2048, 1)]
    [InlineData(2049, 2)]
    [InlineData(7 * 2048, 7)]
    public void Keys_of_an_invariant_decode_are_cut_at_fixed_multiples(int keys, int parts) =>
        Assert.Equal(parts, CutRequest.PartsOf(new WorkSchedule(new ScheduleKey(int.MaxValue, true, false, 128, 264)), keys, queries: 1, Group));

    private static void AssertFits(WorkSchedule schedule, CpuBatch batch)
    {
        ScheduleKey key = schedule.Key;
        int longest = Enumerable.Range(0, batch.RequestCount).Max(batch.KeyCount);
        Assert.True(schedule.Items.Length <= WorkSchedule.MostItems(key, batch.RequestCount, batch.TokenCount, longest, Group, KeyValueHeads));
        Assert.True(schedule.Merges.Length <= WorkSchedule.MostMerges(key, batch.RequestCount, batch.TokenCount, longest, Group, KeyValueHeads));
        Assert.True(schedule.SlotCount <= WorkSchedule.MostSlots(key, batch.RequestCount, batch.TokenCount, longest, Group, KeyValueHeads));
    }

    private static void AssertCovers(WorkSchedule schedule, CpuBatch batch)
    {
        // How often each (row of the step, KV head, key) is attended to.
        int rows = batch.TokenCount * Group, most = Enumerable.Range(0, batch.RequestCount).Max(batch.KeyCount);
        byte[,,] seen = new byte[rows, KeyValueHeads, most + 1];
        HashSet<int> slots = [];
        Dictionary<(int Row, int Head), HashSet<int>> written = [];
        foreach (WorkItem item in schedule.Items)
        {
            int first = item.IsShared == 1 ? item.FirstRow : (batch.FirstToken(item.Request) * Group) + item.FirstRow;
            for (int row = 0; row < item.RowCount; row++)
            {
                for (int key = item.KeyBegin; key < item.KeyEnd; key++)
                    seen[first + row, item.KeyValueHead, key]++;
                if (!written.TryGetValue((first + row, item.KeyValueHead), out HashSet<int>? places))
                    written.Add((first + row, item.KeyValueHead), places = []);
                Assert.True(places.Add(item.PartialSlot < 0 ? -1 : item.PartialSlot + row));
                Assert.True(item.PartialSlot < 0 || slots.Add(item.PartialSlot + row));
            }
        }

        Assert.True(slots.Count == 0 || slots.Max() < schedule.SlotCount);
        for (int request = 0; request < batch.RequestCount; request++)
        {
            for (int query = 0; query < batch.QueryCount(request); query++)
            {
                (int firstKey, int end) = batch.VisibleKeys(request, query, schedule.Key.Window);
                for (int row = (batch.FirstToken(request) + query) * Group, last = row + Group; row < last; row++)
                {
                    for (int head = 0; head < KeyValueHeads; head++)
                    {
                        for (int key = firstKey; key < end; key++)
                            Assert.Equal(1, seen[row, head, key]);
                        Assert.Contains((row, head), written.Keys);
                    }
                }
            }
        }

        // Merges read what was written, each row's states once.
        foreach (MergeItem merge in schedule.Merges)
        {
            for (int row = 0; row < merge.RowCount; row++)
            {
                HashSet<int> read = [];
                for (int part = 0; part < merge.PartCount; part++)
                    Assert.True(read.Add(merge.PartialSlot + (part * merge.PartStride) + row));
                for (int part = 0; part < merge.SharedCount; part++)
                    Assert.True(read.Add(merge.SharedSlot + (part * merge.SharedStride) + row));
                (int, int) place = ((batch.FirstToken(merge.Request) * Group) + merge.FirstRow + row, merge.KeyValueHead);
                Assert.True(written.Remove(place, out HashSet<int>? places));
                Assert.True(read.SetEquals(places!));
            }
        }

        Assert.All(written.Values, static places => Assert.Equal([-1], places));
    }

    private static CpuBatch RandomBatch(Random random, bool shares)
    {
        int prefix = shares ? 16 * random.Next(0, 40) : 0;
        var requests = new (int Computed, int New)[random.Next(1, 8)];
        for (int i = 0; i < requests.Length; i++)
            requests[i] = (prefix + random.Next(0, 600), random.Next(3) switch { 0 => 1, 1 => random.Next(0, 6), _ => random.Next(0, 60) });
        return Batch(requests, prefix);
    }

    private static (int Computed, int New)[] RandomPrompts(Random random, int mostComputed)
    {
        var requests = new (int Computed, int New)[random.Next(1, 5)];
        for (int i = 0; i < requests.Length; i++)
            requests[i] = (random.Next(3) == 0 ? random.Next(0, mostComputed) : random.Next(0, 500), random.Next(5, 90));
        return requests;
    }

    private static CpuBatch Batch((int Computed, int New)[] requests, int prefix)
    {
        int[] starts = new int[requests.Length + 1];
        for (int i = 0; i < requests.Length; i++)
            starts[i + 1] = starts[i] + requests[i].New;
        CpuBatch batch = new();
        batch.CopyFrom(new AttentionBatch
        {
            QueryStartLoc = starts,
            SeqLens = requests.Select(static request => request.Computed + request.New).ToArray(),
            BlockTable = ReadOnlyMemory<int>.Empty,
            MaxBlocks = 0,
            SlotMapping = ReadOnlyMemory<long>.Empty,
            CommonPrefixLength = prefix,
        });
        return batch;
    }
}
