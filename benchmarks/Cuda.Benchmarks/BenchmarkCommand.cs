using System.CommandLine;
using AttentionGen.Cuda.Benchmarks.Groups;

namespace AttentionGen.Cuda.Benchmarks;

/// <summary>The command line.</summary>
internal sealed class BenchmarkCommand : RootCommand
{
    private readonly Argument<string[]> _groups = new("groups") { Description = "What to measure; left out, all.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<int> _rounds = new("--rounds") { Description = "How often each contender is timed.", DefaultValueFactory = static _ => 30 };
    private readonly Option<string?> _json = new("--json") { Description = "Also write all rows to this file." };

    public BenchmarkCommand()
        : base("Measures our own CUDA kernels beside libtorch's, on the same numbers in the same run.")
    {
        _groups.AcceptOnlyFromAmong(BenchmarkGroups.Names);
        _rounds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--rounds must be at least 1.");
        });
        Add(_groups);
        Add(_rounds);
        Add(_json);
    }

    public BenchmarkOptions Read(ParseResult result) => new(result.GetValue(_groups) ?? [], result.GetValue(_rounds), result.GetValue(_json));
}
