using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>
/// What one [AttentionSupport] must satisfy by itself. A declaration that no request can match is an error; part of one
/// that has no effect is a warning.
/// </summary>
internal readonly struct SupportDeclarationCheck(SymbolAnalysisContext context, AttributeData attribute, SupportDeclaration declaration)
{
    private const string MinComputeCapability = nameof(MinComputeCapability);
    private const string MaxComputeCapability = nameof(MaxComputeCapability);
    private const string Architectures = nameof(Architectures);
    private const string ElementTypes = nameof(ElementTypes);
    private const string Types = nameof(Types);
    private const string HeadSizes = nameof(HeadSizes);
    private const string MinHeadSize = nameof(MinHeadSize);
    private const string MaxHeadSize = nameof(MaxHeadSize);
    private const string HeadSizeMultipleOf = nameof(HeadSizeMultipleOf);
    private const string PageSizes = nameof(PageSizes);
    private const string PageSizeMultipleOf = nameof(PageSizeMultipleOf);
    private const string QueryHeads = nameof(QueryHeads);
    private const string MaxQueryHeads = nameof(MaxQueryHeads);
    private const string GroupSizes = nameof(GroupSizes);
    private const string GraphCapture = nameof(GraphCapture);

    private const string Cpu = nameof(Cpu);
    private const string Cuda = nameof(Cuda);
    private const string Rocm = nameof(Rocm);

    private static readonly ImmutableArray<string> s_sizes = [MinHeadSize, MaxHeadSize, HeadSizeMultipleOf, PageSizeMultipleOf, MaxQueryHeads];
    private static readonly ImmutableArray<string> s_sizeLists = [HeadSizes, PageSizes, QueryHeads, GroupSizes];
    private static readonly ImmutableArray<string> s_computeCapabilities = [MinComputeCapability, MaxComputeCapability];

    private static readonly ImmutableDictionary<string, string?> s_removeArgument =
        ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Kind, FixKinds.RemoveArgument);

    private CancellationToken CancellationToken => context.CancellationToken;

    public Location DeviceLocation => attribute.FindConstructorArgumentLocation(CancellationToken);

    public string DeviceName => $"DeviceKind.{declaration.Device}";

    public void CheckSets()
    {
        if (declaration.GetNumber(ElementTypes, 0) == 0)
            ReportContradiction(BackendDiagnostics.EmptySet, Locate(ElementTypes), DeviceName, ElementTypes);

        if (declaration.Sets(Types) && declaration.GetNumber(Types, 0) == 0)
            ReportContradiction(BackendDiagnostics.EmptySet, Locate(Types), DeviceName, Types);
    }

    public void CheckSizes()
    {
        foreach (string property in s_sizes)
        {
            long size = declaration.GetNumber(property, 1);
            if (size <= 0)
                ReportContradiction(BackendDiagnostics.SizeNotPositive, Locate(property), property, size);
        }

        foreach (string property in s_sizeLists)
        {
            ImmutableArray<long> sizes = declaration.GetNumbers(property);
            for (int i = 0; i < sizes.Length; i++)
            {
                if (sizes[i] <= 0)
                    ReportContradiction(BackendDiagnostics.SizeNotPositive, attribute.FindElementLocation(property, i, CancellationToken), $"An element of {property}", sizes[i]);
            }
        }
    }

    public void CheckRanges()
    {
        CheckRange(MinHeadSize, declaration.GetNumber(MinHeadSize, 1), MaxHeadSize, declaration.GetNumber(MaxHeadSize, int.MaxValue));
        CheckRange(
            MinComputeCapability, declaration.GetNumber(MinComputeCapability, 0),
            MaxComputeCapability, declaration.GetNumber(MaxComputeCapability, 0));
    }

    public void CheckLists()
    {
        CheckList(HeadSizes, MinHeadSize, 1, static (size, min) => size >= min);
        CheckList(HeadSizes, MaxHeadSize, int.MaxValue, static (size, max) => size <= max);
        CheckList(HeadSizes, HeadSizeMultipleOf, 1, static (size, divisor) => size % divisor == 0);
        CheckList(PageSizes, PageSizeMultipleOf, 1, static (size, divisor) => size % divisor == 0);
        CheckList(QueryHeads, MaxQueryHeads, int.MaxValue, static (heads, max) => heads <= max);
        CheckList(GroupSizes, MaxQueryHeads, int.MaxValue, static (size, max) => size <= max);
        CheckLists(QueryHeads, GroupSizes, static (heads, size) => heads % size == 0);
        CheckLists(GroupSizes, QueryHeads, static (size, heads) => heads % size == 0);
    }

    public void CheckDevice()
    {
        if (declaration.Device != Cuda)
        {
            foreach (string property in s_computeCapabilities)
                CheckMeaningless(property, "DeviceKind.Cuda");
        }

        if (declaration.Device is Cpu or Cuda)
            CheckMeaningless(Architectures, "devices whose architectures have names, as DeviceKind.Rocm");

        if (declaration.Device is not (Cuda or Rocm))
            CheckMeaningless(GraphCapture, "DeviceKind.Cuda and DeviceKind.Rocm");
    }

    public void ReportContradiction(DiagnosticDescriptor descriptor, Location location, params object?[] arguments) =>
        context.ReportDiagnostic(Diagnostic.Create(
            descriptor, location, DiagnosticSeverity.Error, additionalLocations: null, properties: null, arguments));

    public void ReportIgnored(
        DiagnosticDescriptor descriptor, Location location, ImmutableDictionary<string, string?>? fix, params object?[] arguments) =>
        context.ReportDiagnostic(Diagnostic.Create(descriptor, location, fix, arguments));

    // A highest compute capability of 0 stands for any; a highest head size of 0 is reported as a size that is not positive.
    private void CheckRange(string minProperty, long min, string maxProperty, long max)
    {
        if (max > 0 && min > max)
            ReportContradiction(BackendDiagnostics.EmptyRange, Locate(minProperty), minProperty, min, maxProperty, max);
    }

    private void CheckList(string list, string rule, long otherwise, Func<long, long, bool> allows)
    {
        long bound = declaration.GetNumber(rule, otherwise);
        if (bound <= 0)
            return; // Reported as a size that is not positive, as are such elements below.

        ImmutableArray<long> sizes = declaration.GetNumbers(list);
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] > 0 && !allows(sizes[i], bound))
                ReportIgnored(BackendDiagnostics.ExcludedSize, attribute.FindElementLocation(list, i, CancellationToken), null, list, sizes[i], rule, bound);
        }
    }

    // Of two lists whose elements go together: one that goes with none of the other list.
    private void CheckLists(string list, string other, Func<long, long, bool> allows)
    {
        ImmutableArray<long> others = declaration.GetNumbers(other);
        if (others.IsEmpty || others.Any(static size => size <= 0))
            return; // Reported as sizes that are not positive.

        ImmutableArray<long> sizes = declaration.GetNumbers(list);
        for (int i = 0; i < sizes.Length; i++)
        {
            long size = sizes[i];
            if (size > 0 && !others.Any(one => allows(size, one)))
                ReportIgnored(BackendDiagnostics.ExcludedSize, attribute.FindElementLocation(list, i, CancellationToken), null, list, size, other, $"[{string.Join(", ", others)}]");
        }
    }

    private void CheckMeaningless(string property, string where)
    {
        if (declaration.Sets(property))
            ReportIgnored(BackendDiagnostics.WrongDeviceForArgument, Locate(property), s_removeArgument, property, DeviceName, where);
    }

    private Location Locate(string property) => attribute.FindNamedArgumentLocation(property, CancellationToken);
}
