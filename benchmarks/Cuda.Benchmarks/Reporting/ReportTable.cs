using System.Globalization;

namespace AttentionGen.Cuda.Benchmarks.Reporting;

/// <summary>Prints rows as lines of a table.</summary>
internal static class ReportTable
{
    public static void WriteHeader(TextWriter output)
    {
        output.WriteLine("| work | contender | median us | min us | max us | rate | against | ratio | target | | remarks |");
        output.WriteLine("|---|---|---:|---:|---:|---:|---|---:|---:|---|---|");
    }

    /// <summary>A line for each contender, and one more for each peer after the first that it is compared with.</summary>
    public static void Write(ReportRow row, TextWriter output)
    {
        if (row.Error is { } error)
            output.WriteLine($"| {row.Work} | | | | | | | | | failed | {OneLine(error)} |");
        foreach (MeasuredContender contender in row.Contenders)
        {
            string remarks = OneLine(string.Join("; ", new[] { contender.Error, contender.Note, Difference(contender), ManagedBytes(contender) }.OfType<string>()));
            string state = contender.IsFailure ? "failed" : contender.Error is null ? "" : "refused";
            Judgement? first = contender.Judgements.Count > 0 ? contender.Judgements[0] : null;
            output.WriteLine(
                $"| {row.Work} | {contender.Name} | {Microseconds(contender.Median)} | {Microseconds(contender.Minimum)} | {Microseconds(contender.Maximum)} | {contender.RateText} | {Cells(first, state)} | {remarks} |");
            foreach (Judgement judgement in contender.Judgements.Skip(1))
                output.WriteLine($"| {row.Work} | {contender.Name} | | | | | {Cells(judgement, "")} | |");
        }
    }

    private static string Cells(Judgement? judgement, string state) => judgement is null
        ? $"| | | {state}"
        : string.Create(CultureInfo.InvariantCulture,
            $"{judgement.Against} | {judgement.Ratio:F2} | {judgement.Target} | {judgement.IsMet switch { true => "met", false => "missed", null => "" }}");

    private static string Microseconds(double? seconds) => seconds is { } given ? (given * 1e6).ToString("F1", CultureInfo.InvariantCulture) : "";

    private static string? Difference(MeasuredContender contender) =>
        contender.Difference is { } difference ? string.Create(CultureInfo.InvariantCulture, $"differs by {difference:G2}") : null;

    private static string? ManagedBytes(MeasuredContender contender) =>
        contender.ManagedBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes:F0} managed bytes a call") : null;

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Replace('|', '/');
}
