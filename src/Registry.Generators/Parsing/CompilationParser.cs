using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>Reads a compilation apart from its attributed classes.</summary>
internal static class CompilationParser
{
    public static CompilationModel Parse(Compilation compilation, CancellationToken cancellationToken)
    {
        INamedTypeSymbol? backendEnum = compilation.SourceModule.ReferencedAssemblySymbols
            .FirstOrDefault(static assembly => assembly.Name == WellKnownNames.RuntimeAssembly)?
            .GetTypeByMetadataName(WellKnownNames.BackendEnumMetadataName);
        return new CompilationModel(
            compilation.AssemblyName ?? "",
            IsApplication(compilation.Options.OutputKind),
            backendEnum is null ? EquatableArray<InTreeBackend>.Empty : InTreeParser.Parse(backendEnum),
            ReferenceParser.Parse(compilation, cancellationToken));
    }

    private static bool IsApplication(OutputKind kind) =>
        kind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication or OutputKind.WindowsRuntimeApplication;
}
