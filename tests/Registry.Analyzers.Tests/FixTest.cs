using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace AttentionGen.Tests;

/// <summary>
/// Applies one fix to every diagnostic of one analyzer, one after the other and by Fix All in document, project and
/// solution; each way has to give the same text, with the diagnostics that remain marked in it.
/// </summary>
internal sealed class FixTest<TAnalyzer, TFix> : CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TFix : CodeFixProvider, new()
{
    public FixTest()
    {
        ReferenceAssemblies = LocalReferences.None;

        // A rule may have one descriptor for each cause; what markup says is the id alone.
        MarkupOptions = MarkupOptions.UseFirstDescriptor;
        TestState.AdditionalReferences.AddRange(LocalReferences.All);
    }

    public static Task RunAsync(string source, string fixedSource, int choice = 0)
    {
        var test = new FixTest<TAnalyzer, TFix> { TestCode = source, FixedCode = fixedSource, CodeActionIndex = choice };
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The diagnostics are given, and this fix has nothing to offer for them.</summary>
    public static Task RunWithoutFixAsync(string source) => RunAsync(source, source);
}
