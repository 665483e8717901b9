using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AttentionGen.Cuda.Benchmarks.Groups;
using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Cuda.Benchmarks.Reporting;
using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks;

/// <summary>A run over the rows of the groups that were asked for.</summary>
internal static class BenchmarkRun
{
    /// <summary>Measures, prints each row as it is done, and writes the report.</summary>
    /// <returns>Whether no row failed.</returns>
    /// <exception cref="LibtorchLoadException">There is no GPU, or no libtorch built for one.</exception>
    /// <exception cref="CudaUnavailableException">The driver is too old, or NVRTC is missing.</exception>
    public static bool Measure(BenchmarkOptions options)
    {
        DeviceEnvironment environment = LibtorchRuntime.EnvironmentOf(AttentionDevice.Parse("cuda", null));
        CudaDevice device = CudaDevice.Of(0);
        using var noGradient = no_grad();
        PlannedRow[] rows = BenchmarkGroups.Rows(options.Groups);
        long start = Stopwatch.GetTimestamp();
        KernelCompilation.Run(device, rows);
        Console.WriteLine($"{environment.DeviceName}, driver {environment.Driver}, libtorch {environment.LibtorchVersion}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Kernels compiled or loaded in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s; {options.Rounds} rounds."));
        Console.WriteLine();
        ReportTable.WriteHeader(Console.Out);
        Report report = new(environment.DeviceName, environment.Driver, environment.LibtorchVersion, options.Rounds, []);
        using RowMeasurement measurement = new(device, options.Rounds);
        foreach (PlannedRow row in rows)
        {
            ReportRow measured = Measure(row, device, measurement);
            report.Rows.Add(measured);
            ReportTable.Write(measured, Console.Out);
            if (options.Json is { } path)
                File.WriteAllText(path, JsonSerializer.Serialize(report, ReportContext.Default.Report));
        }

        return !report.Rows.Exists(static row => row.IsFailure);
    }

    private static ReportRow Measure(PlannedRow row, CudaDevice device, RowMeasurement measurement)
    {
        try
        {
            return row.Measure(device, measurement);
        }
        catch (Exception error)
        {
            return new ReportRow(row.Group, row.Work, [], error.Message);
        }
    }
}
