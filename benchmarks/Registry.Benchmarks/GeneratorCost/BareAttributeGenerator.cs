using Microsoft.CodeAnalysis;

namespace AttentionGen.Benchmarks.GeneratorCost;

/// <summary>
/// The least that a generator which looks for an attribute can do: it takes each class's name and emits nothing. What it
/// costs is Roslyn's own part.
/// </summary>
internal sealed class BareAttributeGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<string> names = context.SyntaxProvider.ForAttributeWithMetadataName(
            "AttentionGen.AttentionBackendAttribute",
            static (_, _) => true,
            static (attributed, _) => attributed.TargetSymbol.Name);
        context.RegisterSourceOutput(names.Collect(), static (_, _) => { });
    }
}
