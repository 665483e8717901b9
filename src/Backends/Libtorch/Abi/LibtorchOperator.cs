using System.Text;

namespace AttentionGen.Libtorch;

/// <summary>
/// An operator registered with libtorch's dispatcher, by name: one of ATen's, or of any library that has been loaded.
/// Keep it in a static field; what is learnt of it (that it exists) is kept with it.
/// </summary>
public sealed class LibtorchOperator
{
    private readonly byte[] _name;
    private readonly byte[] _overload;

    /// <summary>Names an operator. Whether libtorch has it shows at the first call.</summary>
    /// <param name="name">Its name with its namespace, such as <c>aten::scaled_dot_product_attention</c>.</param>
    /// <param name="overload">Its overload, such as <c>out</c>; empty for the one without a name.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> has no namespace.</exception>
    public LibtorchOperator(string name, string overload = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(overload);
        int separator = name.IndexOf("::", StringComparison.Ordinal);
        if (separator <= 0 || separator + 2 == name.Length || name.Contains('\0') || overload.Contains('\0'))
            throw new ArgumentException($"'{name}' is not an operator's name; write it with its namespace, as in aten::mul.", nameof(name));
        Name = name;
        Overload = overload;
        _name = Pinned(name);
        _overload = Pinned(overload);
    }

    /// <summary>The name with its namespace.</summary>
    public string Name { get; }

    /// <summary>The overload, or an empty string.</summary>
    public string Overload { get; }

    // Only ever goes from false to true.
    internal bool IsKnownToExist { get; set; }

    internal unsafe byte* NamePointer => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_name));

    internal unsafe byte* OverloadPointer => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_overload));

    /// <summary>The name and, after a dot, the overload.</summary>
    public override string ToString() => Overload.Length == 0 ? Name : $"{Name}.{Overload}";

    // On the pinned heap, so that a call needs no pinning of its own.
    private static byte[] Pinned(string text)
    {
        byte[] bytes = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(text) + 1, pinned: true);
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
