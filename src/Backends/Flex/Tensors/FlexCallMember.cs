using AttentionGen.Libtorch.Gathered;

namespace AttentionGen.Flex;

/// <summary>What a call attends of one request.</summary>
/// <param name="Request">The request.</param>
/// <param name="FirstQuery">The first of its queries.</param>
/// <param name="Queries">The number of queries.</param>
/// <param name="Keys">The keys that are attended to, rising; at least one.</param>
/// <param name="NeedsMask">Whether the mask function hides some of them.</param>
internal sealed record FlexCallMember(GatheredRequest Request, int FirstQuery, int Queries, int[] Keys, bool NeedsMask)
{
    public IEnumerable<long> Rows() => Enumerable.Range(Request.FirstRow + FirstQuery, Queries).Select(static row => (long)row);

    public IEnumerable<int> QueryPositions() => Enumerable.Range(Request.PositionOfRow(FirstQuery), Queries);

    /// <summary>The keys' positions, padded to a number of keys by one that no query sees.</summary>
    public IEnumerable<int> KeyPositions(int count) => Keys.Concat(Enumerable.Repeat(int.MaxValue, count - Keys.Length));

    /// <summary>The keys' slots. Padding repeats a real one: what nobody has written may be NaN, which no mask removes.</summary>
    public IEnumerable<long> Slots(int count) =>
        Enumerable.Range(0, count).Select(key => Request.SlotOf(Keys[Math.Min(key, Keys.Length - 1)]));
}
