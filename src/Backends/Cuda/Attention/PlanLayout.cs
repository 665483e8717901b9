namespace AttentionGen.Cuda.Attention;

/// <summary>
/// Where a plan's arrays lie in its one piece of memory: offsets in bytes, multiples of <see cref="Alignment"/>. The counts come
/// first, <see cref="NumbersOfSchedule"/> for each schedule.
/// </summary>
internal sealed class PlanLayout
{
    public const int Alignment = 256;

    /// <summary>
    /// The numbers of a schedule, int32: its work items, its merge items, the most rows of one of these, one that is not used, the
    /// next turn and the blocks that have ended (both 0 between launches), the blocks that take turns (0: none), and one that is not used.
    /// </summary>
    public const int NumbersOfSchedule = 8;

    /// <summary>Where they are.</summary>
    public const int Merges = 1, MostRows = 2, Turns = 4, BlocksInTurn = 6;

    public PlanLayout(int requests, int tokens, long pages, IReadOnlyList<ScheduleRoom> schedules)
    {
        Requests = requests;
        Tokens = tokens;
        Pages = pages;
        Rooms = schedules;
        long end = 0;
        int Place(long bytes)
        {
            long start = end;
            end = (start + bytes + Alignment - 1) / Alignment * Alignment;
            return end <= int.MaxValue
                ? (int)start
                : throw new ArgumentException($"A plan for {requests} requests with {pages} pages and {tokens} rows takes more than 2 GiB. Plan smaller batches.");
        }

        Counts = Place((long)NumbersOfSchedule * sizeof(int) * schedules.Count);
        QueryStartLoc = Place(sizeof(int) * (requests + 1L));
        SeqLens = Place(sizeof(int) * (long)requests);
        BlockStart = Place(sizeof(int) * (long)requests);
        BlockTable = Place(sizeof(int) * pages);
        SlotMapping = Place(sizeof(long) * (long)tokens);
        TreeAncestors = Place(sizeof(ulong) * (long)tokens);
        Schedules = new SchedulePlace[schedules.Count];
        for (int i = 0; i < Schedules.Length; i++)
        {
            ScheduleRoom room = schedules[i];
            Schedules[i] = new SchedulePlace(Place(WorkItem.Bytes * room.Items), Place(MergeItem.Bytes * room.Merges), Place(sizeof(int) * (room.Key.Grid + 1L)));
        }

        Length = (int)end;
    }

    public int Requests { get; }

    public int Tokens { get; }

    /// <summary>The length of the block table.</summary>
    public long Pages { get; }

    public IReadOnlyList<ScheduleRoom> Rooms { get; }

    public int Counts { get; }

    public int QueryStartLoc { get; }

    public int SeqLens { get; }

    public int BlockStart { get; }

    public int BlockTable { get; }

    public int SlotMapping { get; }

    public int TreeAncestors { get; }

    public SchedulePlace[] Schedules { get; }

    /// <summary>The bytes of all arrays.</summary>
    public int Length { get; }
}
