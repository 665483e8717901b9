namespace AttentionGen.Flex;

/// <summary>Interval arithmetic over a function's graph: what its values can be, given where the symbols lie.</summary>
internal static class RangeAnalysis
{
    /// <summary>Computes a range that contains all values of an expression.</summary>
    /// <param name="graph">The function.</param>
    /// <param name="needed">Which instructions the root needs, from <see cref="FunctionGraph.NeededBy"/>.</param>
    /// <param name="root">The expression.</param>
    /// <param name="region">Where the symbols lie.</param>
    /// <param name="ranges">Scratch: one for each instruction.</param>
    public static ValueRange Compute(
        FunctionGraph graph, ReadOnlySpan<bool> needed, int root, in ScoreRegion region, Span<ValueRange> ranges)
    {
        ReadOnlySpan<Instruction> instructions = graph.Instructions.AsSpan();
        for (int i = 0; i <= root; i++)
        {
            if (needed[i])
                ranges[i] = Compute(graph, instructions[i], region, ranges);
        }

        return ranges[root];
    }

    private static ValueRange Compute(FunctionGraph graph, in Instruction instruction, in ScoreRegion region, ReadOnlySpan<ValueRange> ranges)
    {
        ValueRange a = instruction.A < 0 ? default : ranges[instruction.A];
        ValueRange b = instruction.B < 0 ? default : ranges[instruction.B];
        ValueRange c = instruction.C < 0 ? default : ranges[instruction.C];
        switch (instruction.Operation)
        {
            case Operation.FloatConstant:
                return ValueRange.Point(instruction.FloatValue);
            case Operation.IntConstant or Operation.BoolConstant:
                return ValueRange.Point(instruction.Bits);
            case Operation.Score:
                return ValueRange.AnyFloat;
            case Operation.Request:
                return ValueRange.Point(region.Request);
            case Operation.Head:
                return new(region.FirstHead, region.LastHead);
            case Operation.KeyValueHead:
                return new(region.FirstHead / region.HeadsPerKeyValueHead, region.LastHead / region.HeadsPerKeyValueHead);
            case Operation.Query:
                return new(region.FirstQuery, region.LastQuery);
            case Operation.Key:
                return new(region.FirstKey, region.LastKey);
            case Operation.LookUp:
                return TableRanges.Compute(instruction.Table!, a, b);
            case Operation.ToFloat:
                return FloatRanges.OfInts(a);
            case Operation.ToInt:
                return IntRanges.Truncate(a);
            case Operation.Select:
                return a.IsAlwaysTrue ? b : a.IsAlwaysFalse ? c : b.Union(c);
            case Operation.Less:
                return ValueRange.Bool(mayBeFalse: a.MayBeNaN || b.MayBeNaN || a.High >= b.Low, mayBeTrue: a.Low < b.High);
            case Operation.LessOrEqual:
                return ValueRange.Bool(mayBeFalse: a.MayBeNaN || b.MayBeNaN || a.High > b.Low, mayBeTrue: a.Low <= b.High);
            case Operation.Equal:
                return ValueRange.Bool(mayBeFalse: !(a.IsPoint && b.IsPoint && a.Low == b.Low), mayBeTrue: a.Low <= b.High && b.Low <= a.High);
            case Operation.Not:
                return new(1 - a.High, 1 - a.Low);
            case Operation.And:
                return new(Math.Min(a.Low, b.Low), Math.Min(a.High, b.High));
            case Operation.Or:
                return new(Math.Max(a.Low, b.Low), Math.Max(a.High, b.High));
            case Operation.Xor:
                return a.IsPoint && b.IsPoint ? ValueRange.Point(a.Low == b.Low ? 0 : 1) : ValueRange.AnyBool;
            default:
                return instruction.Kind == ValueKind.Float
                    ? FloatRanges.Compute(instruction.Operation, a, b)
                    : IntRanges.Compute(instruction.Operation, a, b);
        }
    }
}
