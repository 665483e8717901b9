using System.CommandLine;

namespace TextGeneration.Benchmarks;

/// <summary>The command line.</summary>
internal sealed class BenchmarkCommand : RootCommand
{
    private readonly Option<FileInfo?> _jit = Executable("--jit", "The program as dotnet build -c Release leaves it.");
    private readonly Option<FileInfo?> _aot = Executable("--aot", "The program as dotnet publish leaves it: a NativeAOT executable.");
    private readonly Option<int> _runs = Whole("--runs", "Processes for each configuration.", 5);
    private readonly Option<int> _coldRuns = Whole("--cold-runs", "Processes for each cold start.", 15);
    private readonly Option<int> _prompts = Whole("--prompts", "Prompts that each process answers.", 32);
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document instead of tables." };

    public BenchmarkCommand()
        : base("Measures the TextGeneration sample from outside: a fresh process for each run, medians over the runs.")
    {
        Validators.Add(result =>
        {
            if (result.GetValue(_jit) is null && result.GetValue(_aot) is null)
                result.AddError("There is nothing to run. Give --jit, --aot or both, each followed by the path of the TextGeneration executable.");
        });
        foreach (Option option in (Option[])[_jit, _aot, _runs, _coldRuns, _prompts, _json])
            Add(option);
    }

    public BenchmarkOptions Read(ParseResult result)
    {
        List<MeasuredProgram> programs = [];
        if (result.GetValue(_jit) is { } jit)
            programs.Add(new MeasuredProgram("JIT", jit.FullName));
        if (result.GetValue(_aot) is { } aot)
            programs.Add(new MeasuredProgram("NativeAOT", aot.FullName));
        return new BenchmarkOptions(programs, result.GetValue(_runs), result.GetValue(_coldRuns), result.GetValue(_prompts), result.GetValue(_json));
    }

    private static Option<FileInfo?> Executable(string name, string description)
    {
        Option<FileInfo?> option = new(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<FileInfo?>() is { Exists: false } file)
                result.AddError($"{name}: there is no file {file.FullName}. Build or publish samples/TextGeneration first.");
        });
        return option;
    }

    private static Option<int> Whole(string name, string description, int byDefault)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value and <= 0)
                result.AddError($"{name} is {value}. It must be at least 1.");
        });
        return option;
    }
}
