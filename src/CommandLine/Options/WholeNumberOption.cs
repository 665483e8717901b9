using System.CommandLine;
using System.Globalization;

namespace AttentionGen.CommandLine.Options;

/// <summary>An option that is a whole number.</summary>
internal sealed class WholeNumberOption : Option<int?>
{
    public WholeNumberOption(string name, string description, int? byDefault = null, int least = 1)
        : base(name)
    {
        Description = description;
        HelpName = "number";
        if (byDefault is not null)
            DefaultValueFactory = _ => byDefault;
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least)
                return value;
            result.AddError($"{name} is '{text}'. It must be a whole number of at least {least}.");
            return null;
        };
    }
}
