using System.Globalization;
using AttentionGen.CommandLine.Output;
using Spectre.Console;

namespace AttentionGen.CommandLine.Timing;

/// <summary>Says which step is being timed: in place on a terminal, a line for each otherwise.</summary>
internal static class TimingProgress
{
    /// <param name="output">Where to.</param>
    /// <param name="total">The number of steps.</param>
    /// <param name="work">What times them; it calls its argument with each step as it begins.</param>
    public static void Show(CommandOutput output, int total, Action<Action<string>> work)
    {
        int begun = 0;
        string Line(string step) => string.Create(CultureInfo.InvariantCulture, $"[{++begun}/{total}] {step}");
        if (output.ShowsLiveProgress)
            output.Error.Status().Start("starting", status => work(step => status.Status(Markup.Escape(Line(step)))));
        else
            work(step => output.ErrorWriter.WriteLine(Line(step)));
    }
}
