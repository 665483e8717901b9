using Microsoft.CodeAnalysis;

namespace AttentionGen.Benchmarks.GeneratorCost;

/// <summary>The obvious way to find backends in references: ask each of their types for its attributes.</summary>
internal sealed class TypeWalkGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<int> count = context.CompilationProvider.Select(static (compilation, _) =>
            compilation.SourceModule.ReferencedAssemblySymbols.Sum(static assembly => CountIn(assembly.GlobalNamespace)));
        context.RegisterSourceOutput(count, static (_, _) => { });
    }

    private static int CountIn(INamespaceSymbol space)
    {
        int count = 0;
        foreach (INamespaceOrTypeSymbol member in space.GetMembers())
        {
            if (member is INamespaceSymbol inner)
                count += CountIn(inner);
            else if (member.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "AttentionBackendAttribute"))
                count++;
        }

        return count;
    }
}
