namespace AttentionGen.Generators;

/// <summary>
/// Prints the switches that lead from a text to the one name that it can be: by its length, then by as few of its
/// characters as tell the names of that length apart.
/// </summary>
/// <remarks>
/// A text is so compared with one name at most, whatever the number of names. A chain of comparisons would cost more for
/// each name further down, and the JIT compiler, which optimises for the names that it saw first, would make it worse.
/// </remarks>
internal static class NameDispatchFormatter
{
    /// <summary>Writes a statement or a member whose value is the place of a name, or -1.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="header">What comes before the expression.</param>
    /// <param name="names">The names, each at its place.</param>
    /// <param name="text">The variable that holds the text.</param>
    /// <param name="suffix">What follows a name's literal: <c>u8</c> for UTF-8.</param>
    public static void Write(IndentedWriter writer, string header, IEnumerable<string> names, string text, string suffix)
    {
        writer.Open($"{header} {text}.Length switch");
        foreach (IGrouping<int, Candidate> length in names.Select(static (name, place) => new Candidate(name, place)).GroupBy(static candidate => candidate.Name.Length).OrderBy(static group => group.Key))
            WriteArm(writer, length.Key.ToString(System.Globalization.CultureInfo.InvariantCulture), [.. length], text, suffix);

        writer.WriteLine("_ => -1,");
        writer.Close("};");
    }

    private static void WriteArm(IndentedWriter writer, string pattern, Candidate[] candidates, string text, string suffix)
    {
        if (candidates is [Candidate only])
        {
            writer.WriteLine($"{pattern} => Match({text}, \"{only.Name}\"{suffix}, {only.Place}),");
            return;
        }

        int position = MostTelling(candidates);
        writer.Open($"{pattern} => ({text}[{position}] | 0x20) switch");
        foreach (IGrouping<char, Candidate> group in candidates.GroupBy(candidate => Fold(candidate.Name[position])).OrderBy(static group => group.Key))
            WriteArm(writer, group.Key == Fold('_') ? "'_' | 0x20" : $"'{group.Key}'", [.. group], text, suffix);

        writer.WriteLine("_ => -1,");
        writer.Close("},");
    }

    // Names are unequal ignoring case, so some position tells at least two of them apart.
    private static int MostTelling(Candidate[] candidates) =>
        Enumerable.Range(0, candidates[0].Name.Length)
            .OrderByDescending(position => candidates.Select(candidate => Fold(candidate.Name[position])).Distinct().Count())
            .First();

    // What the generated code does: one case of letters; digits stay, and the underscore goes where nothing else of a name does.
    private static char Fold(char c) => (char)(c | 0x20);

    private readonly record struct Candidate(string Name, int Place);
}
