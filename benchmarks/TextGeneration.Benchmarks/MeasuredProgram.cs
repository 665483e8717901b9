using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace TextGeneration.Benchmarks;

/// <summary>A build of the sample.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Path">The executable.</param>
internal sealed record MeasuredProgram(string Name, string Path)
{
    /// <summary>Answers prompts in a new process.</summary>
    /// <returns>The program's own report.</returns>
    /// <exception cref="ProgramFailedException">It did not end well.</exception>
    public SampleReport Generate(IEnumerable<string> prompts, int batch, string elementType)
    {
        using Process process = Start(["--json", "--dtype", elementType, "--max-batch", batch.ToString(CultureInfo.InvariantCulture)], redirectInput: true);
        foreach (string prompt in prompts)
            process.StandardInput.WriteLine(prompt);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        ThrowIfFailed(process);
        return JsonSerializer.Deserialize(output, SampleReportContext.Default.SampleReport)
            ?? throw new ProgramFailedException($"{Path} printed no report.");
    }

    /// <summary>Answers one prompt in a new process.</summary>
    /// <returns>The seconds from before its start to the first character of the answer, seen from outside.</returns>
    /// <exception cref="ProgramFailedException">It did not end well.</exception>
    public double TimeToFirstCharacter(string prompt, string elementType)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Start(["--dtype", elementType, prompt], redirectInput: false);
        int first = process.StandardOutput.Read();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.StandardOutput.ReadToEnd();
        ThrowIfFailed(process);
        return first >= 0 ? seconds : throw new ProgramFailedException($"{Path} answered nothing.");
    }

    private Process Start(string[] arguments, bool redirectInput)
    {
        ProcessStartInfo start = new(Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = redirectInput };
        Process process = Process.Start(start) ?? throw new ProgramFailedException($"{Path} did not start.");
        // Read as it comes: a full pipe would stop the program.
        process.ErrorDataReceived += static (_, line) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private void ThrowIfFailed(Process process)
    {
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new ProgramFailedException($"{Path} ended with {process.ExitCode}. Run it by itself to see why.");
    }
}
