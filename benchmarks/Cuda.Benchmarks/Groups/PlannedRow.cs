using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Cuda.Benchmarks.Reporting;
using AttentionGen.Cuda.Benchmarks.Steps;

namespace AttentionGen.Cuda.Benchmarks.Groups;

/// <summary>A row that can be measured.</summary>
/// <param name="Group">The group that it belongs to.</param>
/// <param name="Work">What is done.</param>
/// <param name="Steps">The steps of our own engine, whose kernels are compiled before any row.</param>
/// <param name="Measure">Measures it.</param>
internal sealed record PlannedRow(string Group, string Work, IReadOnlyList<PagedStepOptions> Steps, Func<CudaDevice, RowMeasurement, ReportRow> Measure);
