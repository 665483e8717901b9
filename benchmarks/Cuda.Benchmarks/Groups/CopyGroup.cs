using AttentionGen.Cuda.Benchmarks.Peers;
using AttentionGen.Cuda.Benchmarks.Steps;

namespace AttentionGen.Cuda.Benchmarks.Groups;

/// <summary>How fast the device's memory is.</summary>
internal static class CopyGroup
{
    public const string Name = "copy";

    public static IEnumerable<PlannedRow> Rows()
    {
        const string Work = "device copy";
        yield return new PlannedRow(Name, Work, [], static (device, measurement) =>
        {
            using RowResources resources = new();
            return measurement.Measure(Name, Work, 1, DeviceCopies.Create(device.Memory), []);
        });
    }
}
