using System.Globalization;

namespace TextGeneration.CommandLine;

/// <summary>Prints a report's figures as text.</summary>
internal static class ReportText
{
    public static void Write(RunReport report, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"backend      {report.Explanation}");
        output.WriteLine($"             {report.BackendClass}, {report.ElementType} on {report.Device}, CPU threads: {report.Threads}, libtorch {report.Libtorch}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first token  {report.TimeToFirstTokenSeconds * 1e3:F1} ms; {report.ColdStartSeconds * 1e3:F0} ms after the process started"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tokens       {report.GeneratedTokens} from {report.PromptTokens} in {report.Steps} steps, {report.TokensPerSecond:F0} tokens/s"));
        if (report.Decode.Steps > 0)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"decode       {report.Decode.Steps} steps of one token a prompt, {report.Decode.MedianStepSeconds * 1e3:F2} ms each (median), {report.Decode.TokensPerSecond:F0} tokens/s"));
        if (report.CudaGraph.Describe() is { } graphs)
            output.WriteLine($"CUDA graphs  {graphs}");
        if (report.Speculation is { } speculation)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"speculation  {speculation.AcceptedTokens} of {speculation.DraftedTokens} draft tokens accepted, {speculation.TokensPerStep:F2} tokens a step of each prompt"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory  {report.PeakMemoryBytes / 1e6:F0} MB"));
        if (report.Cancelled)
            output.WriteLine("cancelled    before all prompts were answered");
    }
}
