using System.Diagnostics;
using System.Globalization;
using AttentionGen.Conformance;

namespace AttentionGen.CommandLine.Verifying;

/// <summary>Each failure as it happens, and a line every few seconds on how far the run is: progress for files and pipes.</summary>
internal sealed class ProgressLines(TextWriter writer) : IProgress<ConformanceProgress>
{
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private int _failed;

    public void Report(ConformanceProgress value)
    {
        if (value.Case.Verdict == ConformanceVerdict.Failed)
        {
            _failed++;
            writer.WriteLine(value.Case.ToString());
        }

        if (_sinceLast.Elapsed.TotalSeconds < 5 && value.Completed < value.Total)
            return;
        _sinceLast.Restart();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{value.Completed}/{value.Total}] {_failed} failed; {value.Case.Group}/{value.Case.Name}"));
    }
}
