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
        console.WriteParagraph("Asked for", Blocks.Headline);
        console.WriteBlock(Blocks.Rows(RequestWords.Describe(report.Request)));

        console.WriteLine();
        console.WriteParagraph(Answer(report), new Style(report.Backend is null ? Color.Red : Color.Green, decoration: Decoration.Bold));
        List<(string Title, string Text)> rows = [];
        if (report.Candidates.FirstOrDefault(candidate => candidate.Name == report.Backend) is { } winner)
            rows.Add(("class", $"{winner.TypeName} of {winner.AssemblyName}"));
        rows.AddRange(notes);
        if (report.PrecludedByPageSize is { IsEmpty: false } precluded)
            rows.Add(("note", $"the page size {report.Request.PageSize} alone rules out {string.Join(", ", precluded)}; leave out --page to let the backend choose"));
        console.WriteBlock(Blocks.Rows(rows));
        if (!report.Candidates.IsEmpty)
            WriteCandidates(report, console);
    }

    private static string Answer(SelectionReport report) =>
        report.Backend is null ? "No backend is selected" : report.Explanation.ReplaceLineEndings("\n").Split('\n')[0];

    private static void WriteCandidates(SelectionReport report, IAnsiConsole console)
    {
        console.WriteLine();
        Table table = Blocks.Table("candidate", "rank", "verdict", "why");
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

        console.WriteBlock(table);
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
}
