namespace AttentionGen.Conformance.Inputs;

/// <summary>Repeatable random numbers that are the same on every machine and fast to draw.</summary>
/// <param name="seed">Where the sequence starts.</param>
internal sealed class RandomValues(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A seed for a text, FNV-1a.</summary>
    public static ulong SeedOf(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char letter in text)
            hash = (hash ^ letter) * 1099511628211;
        return hash;
    }

    /// <summary>Sixty-four random bits: SplitMix64, https://doi.org/10.1145/2714064.2660195.</summary>
    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong bits = _state;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>A number from 0 up to, but not including, a bound.</summary>
    public int Next(int bound) => (int)(NextBits() % (ulong)bound);

    /// <summary>A number of mean 0 and variance 1, nearly normal: the sum of four uniform ones.</summary>
    public float NextNormal()
    {
        ulong bits = NextBits();
        int sum = (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF) + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
        const float StandardDeviation = 37837.2f;
        return (sum - (2 * 65535)) / StandardDeviation;
    }

    /// <summary>1 or -1.</summary>
    public float NextSign() => (NextBits() & 1) == 0 ? 1 : -1;

    /// <summary>Puts entries into a random order.</summary>
    public void Shuffle(Span<int> entries)
    {
        for (int last = entries.Length - 1; last > 0; last--)
        {
            int other = Next(last + 1);
            (entries[last], entries[other]) = (entries[other], entries[last]);
        }
    }
}
