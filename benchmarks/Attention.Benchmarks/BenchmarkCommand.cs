using System.CommandLine;
using System.Globalization;
using AttentionGen.Cpu;

namespace AttentionGen.Benchmarks;

/// <summary>The command line.</summary>
internal sealed class BenchmarkCommand : RootCommand
{
    private readonly Argument<string[]> _groups = new("groups") { Description = "What to measure; left out, all.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> _threads = new("--threads") { Description = "Numbers of threads, separated by commas.", DefaultValueFactory = static _ => "1,2" };
    private readonly Option<string?> _width = new("--width") { Description = "The vector width; left out, the widest that the processor has." };
    private readonly Option<double> _seconds = new("--seconds") { Description = "How long each contender runs.", DefaultValueFactory = static _ => 3 };
    private readonly Option<string?> _json = new("--json") { Description = "Also write all rows to this file." };

    public BenchmarkCommand()
        : base("Measures the CPU engine beside libtorch, on the same numbers in the same run.")
    {
        _groups.AcceptOnlyFromAmong("memory", "decode", "prefill");
        _width.AcceptOnlyFromAmong([.. KernelSelection.SupportedWidths.Select(static width => width.ToString())]);
        _threads.Validators.Add(result =>
        {
            if (ParseThreads(result.GetValueOrDefault<string>()) is null)
                result.AddError($"--threads: '{result.GetValueOrDefault<string>()}' is no list of numbers above 0, such as 1,2.");
        });
        _seconds.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() > 0))
                result.AddError("--seconds must be a number above 0.");
        });
        Add(_groups);
        foreach (Option option in (Option[])[_threads, _width, _seconds, _json])
            Add(option);
    }

    public BenchmarkOptions Read(ParseResult result) => new(
        result.GetValue(_groups) ?? [],
        ParseThreads(result.GetValue(_threads))!,
        result.GetValue(_width) is { } width ? Enum.Parse<SimdWidth>(width) : null,
        result.GetValue(_seconds),
        result.GetValue(_json));

    private static int[]? ParseThreads(string? text)
    {
        List<int> threads = [];
        foreach (string part in (text ?? "").Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count == 0)
                return null;
            threads.Add(count);
        }

        return [.. threads];
    }
}
