using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>Reads the MSBuild properties that the compiler passes on.</summary>
internal static class OptionsParser
{
    public static RegistryOptions Parse(AnalyzerConfigOptionsProvider provider, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string? rootNamespace = Read(provider.GlobalOptions, WellKnownNames.RootNamespaceOption);
        string? emit = Read(provider.GlobalOptions, WellKnownNames.RegistryOption);
        return new RegistryOptions(rootNamespace, bool.TryParse(emit, out bool value) ? value : null);
    }

    private static string? Read(AnalyzerConfigOptions options, string name) =>
        options.TryGetValue(name, out string? value) && !string.IsNullOrWhiteSpace(value) ? value : null;
}
