namespace AttentionGen.Flex;

/// <summary>A layer's functions, traced and checked against its heads.</summary>
internal sealed class FlexFunctions
{
    private readonly TableReach _reach;

    public FlexFunctions(AttentionLayerOptions options)
    {
        Graph = FunctionGraph.Trace(options.ScoreFunction, options.MaskFunction);
        _reach = new TableReach(Graph);
        _reach.ThrowIfShorterThanHeads(options.QueryHeads, options.KeyValueHeads);
    }

    /// <summary>The functions.</summary>
    public FunctionGraph Graph { get; }

    /// <summary>Checks the tables that are read by request and by position.</summary>
    /// <param name="requests">The number of requests.</param>
    /// <param name="longest">The number of keys of the longest.</param>
    /// <exception cref="ArgumentException">A table is too short.</exception>
    public void ThrowIfShorterThanBatch(int requests, int longest) => _reach.ThrowIfShorterThanBatch(requests, longest);
}
