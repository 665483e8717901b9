using System.Collections.Immutable;
using System.Reflection;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AttentionGen.Benchmarks.GeneratorCost;

/// <summary>Which referenced assemblies a run of the generator asked for their attributes.</summary>
/// <param name="Total">The number of referenced assemblies.</param>
/// <param name="Names">Those that were asked.</param>
internal sealed record OpenedAssemblies(int Total, ImmutableArray<string> Names)
{
    public static OpenedAssemblies Count(IEnumerable<MetadataReference> references)
    {
        CSharpCompilation program = BackendProgram.Create(ReferenceSet.WithoutSymbols(references), backends: 10);
        CSharpGeneratorDriver.Create([new AttentionRegistryGenerator().AsSourceGenerator()], parseOptions: BackendProgram.ParseOptions).RunGenerators(program);
        IAssemblySymbol[] assemblies = [.. program.SourceModule.ReferencedAssemblySymbols];
        return new OpenedAssemblies(assemblies.Length, [.. assemblies.Where(IsOpened).Select(static assembly => assembly.Name).Order(StringComparer.Ordinal)]);
    }

    // The compiler keeps an assembly's attributes once they were asked for, and has no public way to tell.
    private static bool IsOpened(IAssemblySymbol assembly)
    {
        object symbol = FieldOf(assembly, "_underlying");
        return !IsDefault(FieldOf(symbol, "_lazyCustomAttributes"));
    }

    private static bool IsDefault(object array) => (bool)array.GetType().GetProperty(nameof(ImmutableArray<int>.IsDefault))!.GetValue(array)!;

    private static object FieldOf(object target, string name)
    {
        for (Type? type = target.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is { } field)
                return field.GetValue(target)!;
        }

        throw new NotSupportedException($"{target.GetType()} of this compiler version has no field {name}.");
    }
}
