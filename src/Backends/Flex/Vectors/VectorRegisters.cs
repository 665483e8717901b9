namespace AttentionGen.Flex;

/// <summary>Gives instructions places for their vectors, and a place again when nothing needs what it holds.</summary>
internal static class VectorRegisters
{
    /// <summary>Assigns a place to each instruction.</summary>
    /// <param name="graph">The functions.</param>
    /// <param name="keySteps">Instructions whose vectors are kept from one query to the next.</param>
    /// <param name="vectorSteps">The other instructions with vectors, in the order of evaluation.</param>
    /// <param name="scoreRoot">The instruction that gives new scores, or -1.</param>
    /// <param name="maskRoot">The instruction that says which keys are seen, or -1.</param>
    /// <param name="count">The number of places.</param>
    /// <returns>The place of each instruction; -1 for those without a vector.</returns>
    public static int[] Assign(
        FunctionGraph graph, ReadOnlySpan<int> keySteps, ReadOnlySpan<int> vectorSteps, int scoreRoot, int maskRoot, out int count)
    {
        int[] places = new int[graph.Instructions.Length];
        Array.Fill(places, -1);
        count = 0;
        foreach (int step in keySteps)
            places[step] = count++;

        // Roots are read after the last step, vectors of keys by the next query.
        int[] lastUse = new int[graph.Instructions.Length];
        foreach (int step in vectorSteps)
            MarkOperands(graph.Instructions[step], step, lastUse);
        foreach (int kept in (ReadOnlySpan<int>)[scoreRoot, maskRoot, .. keySteps])
        {
            if (kept >= 0)
                lastUse[kept] = int.MaxValue;
        }

        Stack<int> free = new();
        foreach (int step in vectorSteps)
        {
            // The result takes its place before its operands give theirs back: loops read and write at different speeds.
            places[step] = free.TryPop(out int place) ? place : count++;
            Instruction instruction = graph.Instructions[step];
            Release(instruction.A, step, places, lastUse, free);
            if (instruction.B != instruction.A)
                Release(instruction.B, step, places, lastUse, free);
            if (instruction.C != instruction.A && instruction.C != instruction.B)
                Release(instruction.C, step, places, lastUse, free);
        }

        return places;
    }

    private static void MarkOperands(in Instruction instruction, int step, int[] lastUse)
    {
        if (instruction.A >= 0)
            lastUse[instruction.A] = step;
        if (instruction.B >= 0)
            lastUse[instruction.B] = step;
        if (instruction.C >= 0)
            lastUse[instruction.C] = step;
    }

    private static void Release(int operand, int step, int[] places, int[] lastUse, Stack<int> free)
    {
        if (operand >= 0 && places[operand] >= 0 && lastUse[operand] == step)
            free.Push(places[operand]);
    }
}
