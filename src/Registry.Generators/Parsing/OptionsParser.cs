using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>Reads the MSBuild properties that the compiler passes on.</summary>
internal static class OptionsParser
{
    private static readonly char[] s_separators = [',', ';', ' ', '\t'];

    public static RegistryOptions Parse(AnalyzerConfigOptionsProvider provider, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string? rootNamespace = Read(provider.GlobalOptions, WellKnownNames.RootNamespaceOption);
        string? emit = Read(provider.GlobalOptions, WellKnownNames.RegistryOption);
        string? required = Read(provider.GlobalOptions, WellKnownNames.RequiredOption);
        return new RegistryOptions(rootNamespace, bool.TryParse(emit, out bool value) ? value : null, ParseNames(required));
    }

    private static EquatableArray<string> ParseNames(string? list) =>
        (list ?? "").Split(s_separators, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase).ToEquatableArray();

    private static string? Read(AnalyzerConfigOptions options, string name) =>
        options.TryGetValue(name, out string? value) && !string.IsNullOrWhiteSpace(value) ? value : null;
}
