using System.Collections.Concurrent;
using System.Globalization;
using AttentionGen.Cuda;
using AttentionGen.Tests.Documentation;
using Xunit;

namespace AttentionGen.Tests.Cuda;

/// <summary>
/// Every kernel compiles for every architecture, spills nothing that it did not, has its wgmma instructions as they were written,
/// and takes no more registers than the table beside this file says. With ATTENTIONGEN_ACCEPT=1 the table is written instead.
/// </summary>
/// <remarks>The table is that of NVRTC 12.4; another version's numbers are its own, and only spills are looked at.</remarks>
public sealed class KernelGateTests
{
    private static readonly Version s_tableVersion = new(12, 4);
    private static readonly int[] s_computeCapabilities = [80, 90];

    [Fact]
    public void Kernels_compile_without_spills_and_take_no_more_registers_than_they_did()
    {
        Nvrtc nvrtc = TestNvrtc.Required;
        ConcurrentDictionary<string, ResourceReport> found = [];
        ConcurrentBag<string> complaints = [];
        var work = from capability in s_computeCapabilities let architecture = new CudaArchitecture(capability) from kernel in ShippedKernels.For(architecture) select (kernel, architecture);
        Parallel.ForEach(work, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, item =>
        {
            ((string name, KernelSpecification specification), CudaArchitecture architecture) = item;
            CompiledKernel compiled = nvrtc.Compile(specification, architecture, reportsResources: true);
            foreach (string complaint in ResourceReport.Complaints(compiled.Log))
                complaints.Add($"{name} {architecture}: {complaint}");
            foreach (ResourceReport report in ResourceReport.Parse(compiled.Log))
                found[$"{architecture} {report.Name}{name[name.Split(' ')[0].Length..]}"] = report;
        });

        Assert.True(found.Count >= work.Count(), "The logs report fewer kernels than were compiled.");
        string path = Path.Combine(Repository.Folder, "tests", "Backends.Tests", "Cuda", "kernel-resources.txt");
        if (Environment.GetEnvironmentVariable("ATTENTIONGEN_ACCEPT") == "1" && nvrtc.Version == s_tableVersion)
            File.WriteAllLines(path, found.OrderBy(static line => line.Key, StringComparer.Ordinal).Select(static line => Line(line.Key, line.Value)));
        Dictionary<string, (int Registers, int Spills)> table = File.ReadAllLines(path).Select(Parse).ToDictionary(static line => line.Name, static line => (line.Registers, line.Spills));
        foreach ((string name, ResourceReport report) in found)
        {
            if (!table.TryGetValue(name, out (int Registers, int Spills) known))
                complaints.Add($"{name} is not in the table");
            else if (report.SpillBytes > known.Spills)
                complaints.Add($"{name} spills {report.SpillBytes} bytes, and {known.Spills} before");
            else if (nvrtc.Version == s_tableVersion && report.Registers > known.Registers)
                complaints.Add($"{name} takes {report.Registers} registers, and {known.Registers} before");
        }

        if (nvrtc.Version == s_tableVersion)
        {
            foreach (string name in table.Keys.Except(found.Keys))
                complaints.Add($"{name} is in the table and is not compiled");
        }

        Assert.True(complaints.IsEmpty, $"{string.Join('\n', complaints.Order())}\nWhere that is meant, run this test with ATTENTIONGEN_ACCEPT=1 and look at what changed in {path}.");
    }

    private static string Line(string name, ResourceReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{report.Registers,3} registers {report.SpillBytes,4} spilled  {name}");

    private static (string Name, int Registers, int Spills) Parse(string line)
    {
        string[] words = line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
        return (words[4], int.Parse(words[0], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture));
    }
}
