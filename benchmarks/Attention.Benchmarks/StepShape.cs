namespace AttentionGen.Benchmarks;

/// <summary>The shape of a step whose requests are all alike.</summary>
internal readonly record struct StepShape(int Requests, int Queries, int Keys, int QueryHeads, int KeyValueHeads, int HeadSize)
{
    /// <summary>The bytes of keys and values.</summary>
    public double Bytes(ElementType type) => 2.0 * Requests * Keys * KeyValueHeads * HeadSize * type.SizeInBytes();

    /// <summary>The operations of both matrix products over the keys that causal attention sees.</summary>
    public double Operations => 4.0 * Requests * QueryHeads * HeadSize * Queries * (Keys - ((Queries - 1) / 2.0));
}
