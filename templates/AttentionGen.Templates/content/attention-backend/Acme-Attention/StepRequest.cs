namespace Acme.Attention;

/// <summary>One request of a step.</summary>
/// <param name="FirstRow">Its first row among the queries of the step.</param>
/// <param name="Queries">The number of its queries: its last positions.</param>
/// <param name="Keys">The number of its keys, those of this step included.</param>
/// <param name="Pages">The pages that its keys and values lie in, in the order of its tokens.</param>
internal readonly record struct StepRequest(int FirstRow, int Queries, int Keys, int[] Pages);
