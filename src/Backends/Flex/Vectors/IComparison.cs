using System.Numerics;

namespace AttentionGen.Flex;

/// <summary>A comparison of vectors, which gives all bits or none for each place, and of numbers.</summary>
internal interface IComparison
{
    static abstract Vector<T> Compare<T>(Vector<T> left, Vector<T> right);

    static abstract bool Compare<T>(T left, T right)
        where T : INumber<T>;
}

internal readonly struct Less : IComparison
{
    public static Vector<T> Compare<T>(Vector<T> left, Vector<T> right) => Vector.LessThan(left, right);

    public static bool Compare<T>(T left, T right)
        where T : INumber<T> => left < right;
}

internal readonly struct LessOrEqual : IComparison
{
    public static Vector<T> Compare<T>(Vector<T> left, Vector<T> right) => Vector.LessThanOrEqual(left, right);

    public static bool Compare<T>(T left, T right)
        where T : INumber<T> => left <= right;
}

internal readonly struct Equal : IComparison
{
    public static Vector<T> Compare<T>(Vector<T> left, Vector<T> right) => Vector.Equals(left, right);

    public static bool Compare<T>(T left, T right)
        where T : INumber<T> => left == right;
}
