using System.Text.RegularExpressions;
using TextGeneration.Json;

namespace TextGeneration.Tokenization;

/// <summary>
/// Cuts text into the pieces within which bytes are merged, as <c>pre_tokenizer</c> of tokenizer.json states it:
/// any splits, and at last the byte-level step, without which this is no byte-level tokenizer.
/// </summary>
internal sealed class PreTokenization
{
    private const string Supported = "Sequence, Split (Isolated or Removed), Digits, and ByteLevel as the last";

    // GPT-2's published pattern, which the byte-level step applies unless told not to.
    private const string ByteLevelPattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    // A pattern comes from the model folder: it must not be able to hang the program.
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(30);

    private readonly List<Func<string, IEnumerable<string>>> _steps = [];
    private bool _byteLevelSeen;

    private PreTokenization()
    {
    }

    /// <summary>Reads the field.</summary>
    /// <returns>Null when the tokenizer has no byte-level step.</returns>
    public static PreTokenization? Read(JsonFields tokenizer)
    {
        if (tokenizer.OptionalObject("pre_tokenizer") is not { } root || !HasByteLevel(root))
            return null;

        var steps = new PreTokenization();
        steps.Add(root);
        return steps;
    }

    public IEnumerable<string> Split(string text) =>
        _steps.Aggregate((IEnumerable<string>)[text], (pieces, step) => pieces.SelectMany(step)).Where(piece => piece.Length > 0);

    private static bool HasByteLevel(JsonFields step) => step.String("type") switch
    {
        "ByteLevel" => true,
        "Sequence" => step.Objects("pretokenizers").Any(HasByteLevel),
        _ => false,
    };

    private void Add(JsonFields step)
    {
        if (_byteLevelSeen)
            throw step.Error("type", $"is '{step.String("type")}', after ByteLevel; supported are {Supported}.");

        switch (step.String("type"))
        {
            case "Sequence":
                foreach (JsonFields inner in step.Objects("pretokenizers"))
                    Add(inner);

                break;

            case "Split":
                AddSplit(step);
                break;

            case "Digits":
                bool individual = step.OptionalBoolean("individual_digits") ?? false;
                AddRegex(new Regex(individual ? @"\p{N}" : @"\p{N}+", RegexOptions.CultureInvariant, MatchTimeout), keepsMatches: true, step, "individual_digits");
                break;

            case "ByteLevel":
                AddByteLevel(step);
                break;

            default:
                throw step.Error("type", $"is '{step.String("type")}', which is not supported; supported are {Supported}.");
        }
    }

    private void AddSplit(JsonFields step)
    {
        if (step.OptionalBoolean("invert") ?? false)
            throw step.Error("invert", "is true, which is not supported; expected false.");

        string behavior = step.String("behavior");
        if (behavior is not ("Isolated" or "Removed"))
            throw step.Error("behavior", $"is '{behavior}', which is not supported; supported are Isolated, Removed.");

        JsonFields pattern = step.Object("pattern");
        string field = pattern.Has("Regex") ? "Regex" : "String";
        string expression = pattern.String(field);
        if (expression.Length == 0)
            throw pattern.Error(field, "is empty; expected a pattern.");

        if (field == "String")
            expression = Regex.Escape(expression);

        Regex regex;
        try
        {
            regex = new Regex(expression, RegexOptions.CultureInvariant, MatchTimeout);
        }
        catch (ArgumentException error)
        {
            throw new InvalidInputException(
                $"{step.File}: field '{pattern.NameOf(field)}' is a pattern that .NET's regular expressions do not know: {error.Message}",
                error);
        }

        AddRegex(regex, keepsMatches: behavior == "Isolated", pattern, field);
    }

    private void AddByteLevel(JsonFields step)
    {
        _byteLevelSeen = true;
        if (step.OptionalBoolean("add_prefix_space") ?? true)
            _steps.Add(piece => [piece.StartsWith(' ') ? piece : ' ' + piece]);

        if (step.OptionalBoolean("use_regex") ?? true)
            AddRegex(new Regex(ByteLevelPattern, RegexOptions.CultureInvariant, MatchTimeout), keepsMatches: true, step, "use_regex");
    }

    private void AddRegex(Regex regex, bool keepsMatches, JsonFields step, string field) => _steps.Add(piece =>
    {
        try
        {
            return Cut(regex, keepsMatches, piece);
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new InvalidInputException(
                $"{step.File}: the pattern of field '{step.NameOf(field)}' took longer than {MatchTimeout.TotalSeconds} seconds on a piece of {piece.Length} characters; shorten the prompt, or use another tokenizer.",
                error);
        }
    });

    // Each match is a piece of its own (or dropped), and so is what lies between two.
    private static List<string> Cut(Regex regex, bool keepsMatches, string text)
    {
        CategoryShadow shadow = CategoryShadow.Of(text);
        var pieces = new List<string>();
        int start = 0;
        foreach (ValueMatch match in regex.EnumerateMatches(shadow.Shadow))
        {
            int begin = shadow.Offset(match.Index);
            int end = shadow.Offset(match.Index + match.Length);
            if (begin > start)
                pieces.Add(text[start..begin]);

            if (keepsMatches && end > begin)
                pieces.Add(text[begin..end]);

            start = end;
        }

        if (start < text.Length)
            pieces.Add(text[start..]);

        return pieces;
    }
}
