using System.Text.Json;

namespace TextGeneration.Tests.Fixtures;

/// <summary>Reads lists of numbers.</summary>
internal static class JsonNumbers
{
    public static int[] Integers(JsonElement list) => [.. list.EnumerateArray().Select(static number => number.GetInt32())];

    public static float[] Singles(JsonElement list) => [.. list.EnumerateArray().Select(static number => number.GetSingle())];
}
