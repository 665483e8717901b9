using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace AttentionGen.Tests;

/// <summary>
/// Applies one fix to what the generator reports for a library, or for an application with references: one after the other
/// and by Fix All in document, project and solution, running the generator again after each.
/// </summary>
internal sealed class RegistryFixTest<TFix> : CSharpCodeFixTest<EmptyDiagnosticAnalyzer, TFix, DefaultVerifier>
    where TFix : CodeFixProvider, new()
{
    private const string Main = "static class Program { static void Main() { } }";

    public RegistryFixTest()
    {
        ReferenceAssemblies = LocalReferences.None;
        TestState.AdditionalReferences.AddRange(LocalReferences.All);

        // What is generated has tests of its own; here only what is reported counts.
        TestBehaviors |= TestBehaviors.SkipGeneratedSourcesCheck;
    }

    public static Task RunAsync(string source, string fixedSource) =>
        new RegistryFixTest<TFix> { TestCode = source, FixedCode = fixedSource }.RunAsync(TestContext.Current.CancellationToken);

    public static Task RunApplicationAsync(string source, string fixedSource, params IEnumerable<MetadataReference> references)
    {
        var test = new RegistryFixTest<TFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        test.TestState.Sources.Add(Main);
        test.FixedState.Sources.Add(Main);
        test.TestState.AdditionalReferences.AddRange(references);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    protected override IEnumerable<Type> GetSourceGenerators() => [typeof(AttentionRegistryGenerator)];
}
