using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace AttentionGen.Tests;

/// <summary>Applies one fix to what the generator reports for a library, or for an application with references.</summary>
internal static class RegistryFixTest<TFix>
    where TFix : CodeFixProvider, new()
{
    public static Task RunAsync(string source, string fixedSource) =>
        FixTest<GeneratorAsAnalyzer, TFix>.RunAsync(source, fixedSource);

    public static Task RunApplicationAsync(string source, string fixedSource, params IEnumerable<MetadataReference> references)
    {
        var test = new FixTest<GeneratorAsAnalyzer, TFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        test.TestState.Sources.Add("static class Program { static void Main() { } }");
        test.FixedState.Sources.Add("static class Program { static void Main() { } }");
        test.TestState.AdditionalReferences.AddRange(references);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
