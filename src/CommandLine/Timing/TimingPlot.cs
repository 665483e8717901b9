using System.Globalization;
using AttentionGen.CommandLine.Execution;
using AttentionGen.Timing;
using ScottPlot;
using SkiaSharp;

namespace AttentionGen.CommandLine.Timing;

/// <summary>Times as a picture: a bar for each backend, a panel for each step.</summary>
internal static class TimingPlot
{
    // Where none of them is installed, ScottPlot takes what the system gives, with serifs on some.
    private static readonly string[] s_fonts = ["Open Sans", "DejaVu Sans", "Liberation Sans", "Noto Sans", "Segoe UI", "Helvetica"];

    private const int Width = 900, BarHeight = 34, PanelHeight = 90;

    /// <summary>Throws where a picture could not be written, before anything is timed.</summary>
    /// <exception cref="InvalidInputException">The file is no PNG, or its folder is not there.</exception>
    public static void ThrowIfUnwritable(string path)
    {
        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException($"--plot is '{path}'. Pictures are written as PNG: name a file that ends in .png.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"--plot is '{path}', and there is no folder '{folder}'. Make it first.");
    }

    /// <summary>Draws the steps for which something was timed.</summary>
    /// <exception cref="InvalidInputException">The library that draws cannot be loaded.</exception>
    public static void Write(TimingReport report, string path)
    {
        TimedStep[] steps = [.. report.Steps.Where(static step => TimedOf(step).Length > 0)];
        try
        {
            Multiplot panels = new();
            panels.AddPlots(steps.Length);
            for (int i = 0; i < steps.Length; i++)
                Draw(panels.GetPlot(i), steps[i]);
            panels.SavePng(path, Width, steps.Sum(step => PanelHeight + (BarHeight * TimedOf(step).Length)));
        }
        catch (Exception error) when (error is DllNotFoundException or TypeInitializationException)
        {
            throw new InvalidInputException(
                $"The picture cannot be drawn, because the native library of SkiaSharp cannot be loaded: {(error.InnerException ?? error).Message} Put libSkiaSharp beside the program, or leave out --plot.");
        }
    }

    private static void Draw(Plot plot, TimedStep step)
    {
        BackendTiming[] timed = TimedOf(step);
        ScottPlot.Palettes.Category10 palette = new();

        // The axis grows upwards, and the fastest is to be at the top.
        Bar[] bars = [.. timed.Select((backend, place) => new Bar
        {
            Position = timed.Length - place,
            Value = backend.MedianMicroseconds,
            FillColor = palette.GetColor(ColorOf(backend.Name)),
            LineWidth = 0,
            Label = backend.MedianMicroseconds.ToString("0.#", CultureInfo.InvariantCulture),
        })];
        plot.Add.Bars(bars).Horizontal = true;
        plot.Axes.Left.SetTicks([.. bars.Select(static bar => bar.Position)], [.. timed.Select(static backend => backend.Name)]);
        plot.Axes.SetLimits(0, timed.Max(static backend => backend.MedianMicroseconds) * 1.15, 0.4, timed.Length + 0.6);
        plot.Title(step.Shape.ToString(), 14);
        plot.XLabel("microseconds, median; shorter is faster", 11);
        plot.HideGrid();
        if (Array.Find(s_fonts, IsInstalled) is { } font)
            plot.Font.Set(font);
    }

    private static BackendTiming[] TimedOf(TimedStep step) => [.. step.Backends.Where(static backend => backend.Outcome == TimingOutcome.Timed)];

    // The same backend has the same colour in every panel and every picture.
    private static int ColorOf(string name) => (int)(name.Aggregate(0u, static (hash, c) => (hash * 31) + c) % 10);

    private static bool IsInstalled(string font) => SKFontManager.Default.FontFamilies.Contains(font, StringComparer.OrdinalIgnoreCase);
}
