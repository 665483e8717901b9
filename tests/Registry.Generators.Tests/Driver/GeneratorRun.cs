using System.Collections.Immutable;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Tests;

/// <summary>One run of the generator, and the driver that remembers it.</summary>
internal sealed class GeneratorRun
{
    private readonly GeneratorDriver _driver;

    private GeneratorRun(GeneratorDriver driver, Compilation input)
    {
        _driver = driver.RunGeneratorsAndUpdateCompilation(input, out Compilation output, out ImmutableArray<Diagnostic> diagnostics,
            TestContext.Current.CancellationToken);
        Input = input;
        Output = output;
        Diagnostics = [.. diagnostics.Where(static diagnostic => !diagnostic.IsSuppressed)];
        Result = Assert.Single(_driver.GetRunResult().Results);
    }

    public Compilation Input { get; }

    /// <summary>The input with all that was generated.</summary>
    public Compilation Output { get; }

    /// <summary>What the generator reported, without what pragmas suppress.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    public GeneratorRunResult Result { get; }

    public IEnumerable<string> DiagnosticIds => Diagnostics.Select(static diagnostic => diagnostic.Id).Order(StringComparer.Ordinal);

    public static GeneratorRun Of(Compilation input, params (string Name, string Value)[] properties)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new AttentionRegistryGenerator().AsSourceGenerator()],
            additionalTexts: [],
            Programs.ParseOptions,
            new BuildProperties(properties),
            new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        return new GeneratorRun(driver, input);
    }

    /// <summary>Runs again, after an edit.</summary>
    public GeneratorRun Then(Compilation edited) => new(_driver, edited);

    /// <summary>Runs again, after a change of the build's properties.</summary>
    public GeneratorRun Then(params (string Name, string Value)[] properties) =>
        new(_driver.WithUpdatedAnalyzerConfigOptions(new BuildProperties(properties)), Input);

    /// <summary>A generated file, or null where there is none of that name.</summary>
    public string? File(string hintName) =>
        Result.GeneratedSources.Where(source => source.HintName == hintName).Select(static source => source.SourceText.ToString()).SingleOrDefault();

    /// <summary>Why a step of the pipeline gave what it gave, once for each value.</summary>
    public IEnumerable<IncrementalStepRunReason> Reasons(string trackingName) =>
        Result.TrackedSteps.TryGetValue(trackingName, out ImmutableArray<IncrementalGeneratorRunStep> steps)
            ? steps.SelectMany(static step => step.Outputs).Select(static output => output.Reason)
            : [];

    /// <summary>Whether each file that is given out came from the cache.</summary>
    public IEnumerable<IncrementalStepRunReason> OutputReasons() =>
        Result.TrackedOutputSteps.Values.SelectMany(static steps => steps).SelectMany(static step => step.Outputs).Select(static output => output.Reason);

    /// <summary>Fails where the generator threw, or where what it generated has an error or a warning.</summary>
    public GeneratorRun AssertGeneratedCodeIsClean()
    {
        Assert.Null(Result.Exception);
        HashSet<SyntaxTree> generated = [.. Result.GeneratedSources.Select(static source => source.SyntaxTree)];
        AssertNone(Problems().Where(problem => problem.Location.SourceTree is { } tree && generated.Contains(tree)));
        return this;
    }

    /// <summary>Fails where the program, generated code included, has an error or a warning.</summary>
    public GeneratorRun AssertCompilesWithoutWarnings()
    {
        Assert.Null(Result.Exception);
        AssertNone(Problems());
        return this;
    }

    private IEnumerable<Diagnostic> Problems() =>
        Output.GetDiagnostics(TestContext.Current.CancellationToken).Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);

    private static void AssertNone(IEnumerable<Diagnostic> problems)
    {
        string text = string.Join(Environment.NewLine, problems.Select(static problem => problem.ToString()));
        Assert.True(text.Length == 0, text);
    }

    private sealed class BuildProperties((string Name, string Value)[] properties) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(properties);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Values((string Name, string Value)[] properties) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
        {
            value = properties.Where(property => $"build_property.{property.Name}" == key).Select(static property => property.Value).FirstOrDefault();
            return value is not null;
        }
    }
}
