using System.Collections.Immutable;

namespace AttentionGen.Cuda;

/// <summary>A kernel's source with values for its macros.</summary>
internal sealed class KernelSpecification
{
    /// <summary>Describes a kernel.</summary>
    /// <param name="source">The name of the source, for example <c>PagedAttention.cu</c>.</param>
    /// <param name="macros">Macros and their values, in the order in which they are given to the compiler.</param>
    public KernelSpecification(string source, params ReadOnlySpan<(string Name, string Value)> macros)
        : this(KernelSource.Embedded(source), macros)
    {
    }

    /// <summary>Describes a kernel of a source that is not embedded.</summary>
    public KernelSpecification(KernelSource source, params ReadOnlySpan<(string Name, string Value)> macros)
    {
        Code = source;
        var definitions = ImmutableArray.CreateBuilder<string>(macros.Length);
        foreach ((string name, string value) in macros)
            definitions.Add($"-D{name}={value}");
        Definitions = definitions.MoveToImmutable();
        Identity = Definitions.IsEmpty ? source.Name : $"{source.Name} {string.Join(' ', Definitions)}";
    }

    /// <summary>The name of the source.</summary>
    public string Source => Code.Name;

    /// <summary>The source.</summary>
    public KernelSource Code { get; }

    /// <summary>The macros as the compiler's options.</summary>
    public ImmutableArray<string> Definitions { get; }

    /// <summary>What tells the kernel from others of the process.</summary>
    public string Identity { get; }

    /// <summary>The source with its macros, for messages.</summary>
    public override string ToString() => Identity;
}
