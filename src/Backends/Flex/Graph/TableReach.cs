namespace AttentionGen.Flex;

/// <summary>
/// The lengths of the tables whose index is a symbol as it stands, so that a table which is too short is found before it is
/// read; see <see cref="LookupTable"/>.
/// </summary>
internal sealed class TableReach
{
    private readonly int _heads, _keyValueHeads, _requests, _positions;

    public TableReach(FunctionGraph graph)
    {
        _heads = Shortest(graph, Operation.Head);
        _keyValueHeads = Shortest(graph, Operation.KeyValueHead);
        _requests = Shortest(graph, Operation.Request);
        _positions = Math.Min(Shortest(graph, Operation.Query), Shortest(graph, Operation.Key));
    }

    /// <summary>Checks the tables that are read by head.</summary>
    /// <exception cref="ArgumentException">One is too short.</exception>
    public void ThrowIfShorterThanHeads(int queryHeads, int keyValueHeads)
    {
        ThrowIfShorter(_heads, queryHeads, "at.Head", $"a layer with {queryHeads} query heads");
        ThrowIfShorter(_keyValueHeads, keyValueHeads, "at.KeyValueHead", $"a layer with {keyValueHeads} KV heads");
    }

    /// <summary>Checks the tables that are read by request and by position.</summary>
    /// <exception cref="ArgumentException">One is too short.</exception>
    public void ThrowIfShorterThanBatch(int requests, int longest)
    {
        ThrowIfShorter(_requests, requests, "at.Request", $"a batch of {requests} requests");
        ThrowIfShorter(_positions, longest, "at.Query or at.Key", $"a request of {longest} keys");
    }

    private static void ThrowIfShorter(int length, int needed, string index, string what)
    {
        if (length < needed)
            throw new ArgumentException($"A table with {length} entries is indexed by {index}, and there is {what}. Give it an entry for each, or clamp the index with Symbolic.Min where that is meant.");
    }

    private static int Shortest(FunctionGraph graph, Operation symbol)
    {
        int shortest = int.MaxValue;
        foreach (Instruction instruction in graph.Instructions)
        {
            if (instruction.Operation != Operation.LookUp)
                continue;
            if (graph.Instructions[instruction.A].Operation == symbol)
                shortest = Math.Min(shortest, instruction.Table!.Rows);
            if (instruction.B >= 0 && graph.Instructions[instruction.B].Operation == symbol)
                shortest = Math.Min(shortest, instruction.Table!.Columns);
        }

        return shortest;
    }
}
