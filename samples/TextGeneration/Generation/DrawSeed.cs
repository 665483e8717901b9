namespace TextGeneration.Generation;

/// <summary>The seed of one prompt's draws.</summary>
internal static class DrawSeed
{
    /// <summary>
    /// Mixes the seed of a run and the place of a prompt by SplitMix64 (<see href="https://doi.org/10.1145/2660193.2660195"/>),
    /// so that neighbouring seeds and places give unrelated draws: the same in every process.
    /// </summary>
    public static int Of(int seed, int prompt) => unchecked((int)Mix(Mix((uint)seed) + (uint)prompt));

    private static ulong Mix(ulong state)
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
            return state ^ (state >> 31);
        }
    }
}
