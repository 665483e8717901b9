namespace AttentionGen.Metadata;

/// <summary>The shape of partial attention results: outputs [T, Hq, Dv], log-sum-exps [Hq, T].</summary>
internal readonly record struct AttentionStateShape(int Tokens, int Heads, int ValueHeadSize)
{
    /// <summary>Reads T from the log-sum-exps and checks that an output has as many rows.</summary>
    public static AttentionStateShape Of(int logSumExps, int outputs, int heads, int valueHeadSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(valueHeadSize);
        if (logSumExps % heads != 0)
            throw new ArgumentException($"There are {logSumExps} log-sum-exps. [Hq, T] with {heads} heads needs a multiple of {heads}.");

        AttentionStateShape shape = new(logSumExps / heads, heads, valueHeadSize);
        shape.ThrowUnlessOutput(outputs, "output");
        return shape;
    }

    /// <summary>Checks the number of elements of an output.</summary>
    public void ThrowUnlessOutput(int length, string name)
    {
        long needed = (long)Tokens * Heads * ValueHeadSize;
        if (length != needed)
            throw new ArgumentException($"{name} has {length} elements. [T, Hq, Dv] with {Tokens} tokens, {Heads} heads of {ValueHeadSize} needs {needed}.", name);
    }

    /// <summary>Checks the number of log-sum-exps.</summary>
    public void ThrowUnlessLogSumExp(int length, string name)
    {
        if (length != (long)Tokens * Heads)
            throw new ArgumentException($"{name} has {length} elements. [Hq, T] with {Heads} heads and {Tokens} tokens needs {(long)Tokens * Heads}.", name);
    }
}
