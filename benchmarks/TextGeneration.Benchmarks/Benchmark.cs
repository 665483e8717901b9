namespace TextGeneration.Benchmarks;

/// <summary>Runs the configurations.</summary>
internal static class Benchmark
{
    private static readonly int[] s_batches = [1, 16];
    private static readonly string[] s_elementTypes = ["float32", "bfloat16"];

    public static BenchmarkReport Run(BenchmarkOptions options, TextWriter progress)
    {
        HeldOutPrompt[] prompts = HeldOutPrompts.Take(options.Prompts);
        return new BenchmarkReport(prompts.Length, MeasureThroughput(options, prompts, progress), MeasureColdStart(options, prompts[0].Prompt, progress));
    }

    // The configurations take turns, so that a change of the machine's load meets all of them.
    private static List<Throughput> MeasureThroughput(BenchmarkOptions options, HeldOutPrompt[] prompts, TextWriter progress)
    {
        (MeasuredProgram Program, string ElementType, int Batch)[] configurations =
        [
            .. from program in options.Programs
               from elementType in s_elementTypes
               from batch in s_batches
               select (program, elementType, batch),
        ];
        List<SampleReport>[] reports = [.. configurations.Select(static _ => new List<SampleReport>())];
        for (int run = 0; run < options.Runs; run++)
        {
            progress.WriteLine($"throughput: run {run + 1} of {options.Runs}");
            for (int i = 0; i < configurations.Length; i++)
            {
                var (program, elementType, batch) = configurations[i];
                reports[i].Add(program.Generate(prompts.Select(static prompt => prompt.Prompt), batch, elementType));
            }
        }

        return
        [
            .. configurations.Select((configuration, i) => new Throughput(
                configuration.Program.Name,
                configuration.ElementType,
                configuration.Batch,
                Sample.Of(reports[i].Select(static report => report.TokensPerSecond)),
                Sample.Of(reports[i].Select(static report => (double)report.PeakMemoryBytes)),
                reports[i][0].GeneratedTokens,
                reports[i][0].Answers.Zip(prompts).Count(static pair => pair.First.Text == pair.Second.Answer))),
        ];
    }

    private static List<ColdStart> MeasureColdStart(BenchmarkOptions options, string prompt, TextWriter progress)
    {
        progress.WriteLine($"cold start: {options.ColdRuns} runs each");
        List<double>[] seconds = [.. options.Programs.Select(static _ => new List<double>())];
        for (int run = 0; run <= options.ColdRuns; run++)
        {
            for (int i = 0; i < options.Programs.Count; i++)
                seconds[i].Add(options.Programs[i].TimeToFirstCharacter(prompt, s_elementTypes[0]));
        }

        // The first brings the files into the page cache.
        return [.. options.Programs.Select((program, i) => new ColdStart(program.Name, Sample.Of(seconds[i].Skip(1))))];
    }
}
