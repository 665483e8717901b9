using System.Globalization;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;

namespace AttentionGen.Benchmarks.GeneratorCost;

/// <summary>Prints what the generator costs a compiler or an editor, by the number of backends in the project.</summary>
internal static class GeneratorCostCommand
{
    private static readonly int[] s_sizes = [10, 100, 1_000, 5_000];

    /// <param name="options">Numbers of backends; none: 10, 100, 1,000 and 5,000.</param>
    /// <param name="output">Where the table goes.</param>
    public static int Run(string[] options, TextWriter output)
    {
        int[] sizes = s_sizes;
        if (options.Length > 0)
        {
            sizes = [.. options.Select(static option => int.TryParse(option, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
            if (sizes.Contains(0))
            {
                Console.Error.WriteLine("error: After 'generator' come numbers of backends, each at least 1, for example: generator 10 100 1000.");
                return 2;
            }
        }

        MetadataReference[] references = ReferenceSet.Create();
        MeasuredGenerator[] generators =
        [
            new("AttentionRegistryGenerator", static () => new AttentionRegistryGenerator()),
            new("ForAttributeWithMetadataName alone", static () => new BareAttributeGenerator()),
            new("walk over the types of all references", static () => new TypeWalkGenerator()),
        ];

        output.WriteLine($"{references.Length} references; medians in milliseconds.");
        OpenedAssemblies opened = OpenedAssemblies.Count(references);
        output.WriteLine($"Referenced assemblies whose attributes the generator opened: {opened.Names.Length} of {opened.Total} ({string.Join(", ", opened.Names)}).");
        output.WriteLine();
        output.WriteLine("| generator | backends | cold | unrelated edit | booked on the generator | edit that adds a backend |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (MeasuredGenerator generator in generators)
            generator.WarmUp(references);

        foreach (MeasuredGenerator generator in generators)
        {
            foreach (int size in sizes)
            {
                GeneratorTimes times = generator.Measure(references, size);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {generator.Name} | {size:N0} | {times.Cold:F1} | {times.UnrelatedEdit:F2} | {times.UnrelatedEditOwn:F2} | {times.AddedBackend:F2} |"));
            }
        }

        return 0;
    }
}
