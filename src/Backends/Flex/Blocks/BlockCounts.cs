namespace AttentionGen.Flex;

/// <summary>How many blocks were of each kind.</summary>
internal sealed class BlockCounts
{
    private long _empty, _partial, _full;

    public long Empty => Interlocked.Read(ref _empty);

    public long Partial => Interlocked.Read(ref _partial);

    public long Full => Interlocked.Read(ref _full);

    public void Add(MaskBlock block)
    {
        switch (block)
        {
            case MaskBlock.Empty:
                Interlocked.Increment(ref _empty);
                break;
            case MaskBlock.Full:
                Interlocked.Increment(ref _full);
                break;
            default:
                Interlocked.Increment(ref _partial);
                break;
        }
    }
}
