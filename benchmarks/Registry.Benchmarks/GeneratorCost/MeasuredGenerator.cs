using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AttentionGen.Benchmarks.GeneratorCost;

/// <summary>A generator under the clock.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Create">Makes a new one.</param>
internal sealed record MeasuredGenerator(string Name, Func<IIncrementalGenerator> Create)
{
    private const int ColdRuns = 5;
    private const int Edits = 15;
    private const int WarmUpEdits = 3;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(12);

    /// <summary>Edits until the JIT compiler has optimised what an edit runs, as in an editor or a compiler server that is open for long.</summary>
    public void WarmUp(IEnumerable<MetadataReference> references)
    {
        CSharpCompilation program = BackendProgram.Create(references, backends: 50);
        GeneratorDriver driver = NewDriver();
        long start = Stopwatch.GetTimestamp();
        for (int edit = 0; Stopwatch.GetElapsedTime(start) < s_warmUp; edit++)
        {
            driver = driver.RunGenerators(program);
            NewDriver().RunGenerators(program);
            program = BackendProgram.EditUnrelated(program, edit);
            if (edit % 10 == 0)
                Thread.Sleep(50);
        }
    }

    public GeneratorTimes Measure(MetadataReference[] references, int backends)
    {
        List<double> cold = [];
        for (int run = 0; run < ColdRuns; run++)
        {
            // Symbols of references live as long as a compilation that uses them: new images have none yet.
            CSharpCompilation program = BackendProgram.Create(ReferenceSet.WithoutSymbols(references), backends);
            Settle();
            cold.Add(Time(NewDriver(), program).Milliseconds);
        }

        // Edits only add up, as they do in an editor: each run starts from the driver and the compilation of the one before.
        CSharpCompilation edited = BackendProgram.Create(references, backends);
        GeneratorDriver driver = NewDriver().RunGenerators(edited);
        List<double> unrelated = [], own = [], added = [];
        for (int edit = 0; edit < Edits + WarmUpEdits; edit++)
        {
            edited = BackendProgram.EditUnrelated(edited, edit);
            (driver, double milliseconds) = Time(driver, edited);
            unrelated.Add(milliseconds);
            own.Add(driver.GetTimingInfo().GeneratorTimes.Single().ElapsedTime.TotalMilliseconds);
        }

        for (int edit = 0; edit < Edits + WarmUpEdits; edit++)
        {
            edited = BackendProgram.AddBackend(edited, backends + edit);
            (driver, double milliseconds) = Time(driver, edited);
            added.Add(milliseconds);
        }

        return new GeneratorTimes(Median(cold), Median(unrelated.Skip(WarmUpEdits)), Median(own.Skip(WarmUpEdits)), Median(added.Skip(WarmUpEdits)));
    }

    private static (GeneratorDriver Driver, double Milliseconds) Time(GeneratorDriver driver, CSharpCompilation program)
    {
        long start = Stopwatch.GetTimestamp();
        GeneratorDriver after = driver.RunGenerators(program);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (after.GetRunResult().Results.Single().Exception is { } failure)
            throw new InvalidOperationException("The generator failed, so its time means nothing.", failure);

        return (after, milliseconds);
    }

    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }

    private CSharpGeneratorDriver NewDriver() =>
        CSharpGeneratorDriver.Create([Create().AsSourceGenerator()], parseOptions: BackendProgram.ParseOptions);
}
