using System.Globalization;
using AttentionGen.CommandLine.Output;
using Spectre.Console;

namespace AttentionGen.CommandLine.Explaining;

/// <summary>A selection, or its refusal, as text: what was asked, the answer, and a row for each candidate.</summary>
internal static class ExplainView
{
    /// <param name="report">The selection, or its refusal.</param>
    /// <param name="notes">What it depends on beside the request, each with a title.</param>
    /// <param name="console">Where to.</param>
    public static void Write(SelectionReport report, IEnumerable<(string Title, string Text)> notes, IAnsiConsole console)
    {
        console.WriteLine("Asked for", s_headline);
        foreach ((string title, string text) in RequestWords.Describe(report.Request))
            WriteRow(title, text, console);

        console.WriteLine();
        if (report.Backend is { } backend)
            WriteAnswer(report, backend, console);
        else
            console.WriteLine("No backend is selected", new Style(Color.Red, decoration: Decoration.Bold));
        foreach ((string title, string text) in notes)
            WriteRow(title, text, console);
        if (report.PrecludedByPageSize is { IsEmpty: false } precluded)
            WriteRow("note", $"the page size {report.Request.PageSize} alone rules out {string.Join(", ", precluded)}; leave out --page to let the backend choose", console);
        if (!report.Candidates.IsEmpty)
            WriteCandidates(report, console);
    }

    private static void WriteAnswer(SelectionReport report, string backend, IAnsiConsole console)
    {
        string why = report.Explanation.ReplaceLineEndings("\n").Split('\n')[0];
        console.Write(new Text(backend, new Style(Color.Green, decoration: Decoration.Bold)));
        console.WriteLine(why[backend.Length..]);
        ReportedCandidate winner = report.Candidates.First(candidate => candidate.Name == backend);
        WriteRow("class", $"{winner.TypeName} of {winner.AssemblyName}", console);
    }

    private static void WriteRow(string title, string text, IAnsiConsole console) => console.WriteLine($"  {title,-9} {text}");

    private static void WriteCandidates(SelectionReport report, IAnsiConsole console)
    {
        console.WriteLine();
        Table table = Tables.Create("candidate", "rank", "verdict", "why");
        table.Columns[0].NoWrap();
        table.Columns[1].RightAligned();
        table.Columns[2].NoWrap();
        foreach (ReportedCandidate candidate in report.Candidates)
        {
            bool selected = candidate.Name == report.Backend;
            table.AddRow(
                new Text(candidate.Name, new Style(selected ? Color.Green : Color.Default)),
                new Text(candidate.Rank is { } rank ? (rank + 1).ToString(CultureInfo.InvariantCulture) : "-"),
                selected ? new Text("selected", new Style(Color.Green))
                    : candidate.Supported ? new Text("supports it") : new Text("cannot", new Style(Color.Red)),
                new Text(Why(candidate, selected, report)));
        }

        console.WriteTable(table);
    }

    private static string Why(ReportedCandidate candidate, bool selected, SelectionReport report)
    {
        if (!candidate.Supported)
        {
            return string.Join('\n', candidate.Reasons.Select(static reason => $"asked for {reason.Requested}, accepts {reason.Accepted}; {reason.Remedy}"));
        }

        string measured = candidate.MeasuredMicroseconds is { } microseconds
            ? string.Create(CultureInfo.InvariantCulture, $"{microseconds:0.#} us as measured")
            : "";
        if (selected)
            return measured;
        if (report.Source is not BackendChoiceSource.Automatic)
            return Joined("not named", measured);
        return measured.Length > 0 ? measured : candidate.Rank is null ? "picked only where it is named" : "ranked lower";
    }

    private static string Joined(string first, string second) => second.Length == 0 ? first : $"{first}; {second}";

    private static readonly Style s_headline = new(decoration: Decoration.Bold);
}
