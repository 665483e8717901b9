using System.Collections.Immutable;
using System.Reflection;
using AttentionGen.CodeFixes;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Tests.Documentation;

/// <summary>A rule as the shipped assemblies have it: its descriptors, its analyzer and whether a fix exists.</summary>
public sealed record Rule(string Id, ImmutableArray<DiagnosticDescriptor> Descriptors, DiagnosticAnalyzer? Analyzer, bool HasFix)
{
    /// <summary>Every rule for which the assembly of generators and analyzers has a descriptor, by id.</summary>
    public static ImmutableArray<Rule> All { get; } = FindAll();

    public string Title => Descriptors[0].Title.ToString(null);

    /// <summary>The id, by which a test run lists the rule.</summary>
    public override string ToString() => Id;

    private static ImmutableArray<Rule> FindAll()
    {
        DiagnosticAnalyzer[] analyzers = [.. Create<DiagnosticAnalyzer>(typeof(RegisteredClassAnalyzer).Assembly)];
        HashSet<string> fixable = [.. Create<CodeFixProvider>(typeof(DocumentCodeFixProvider).Assembly)
            .SelectMany(static provider => provider.FixableDiagnosticIds)];
        return
        [
            .. typeof(RegisteredClassAnalyzer).Assembly.GetTypes()
                .SelectMany(static type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                .Where(static field => field.FieldType == typeof(DiagnosticDescriptor))
                .Select(static field => (DiagnosticDescriptor)field.GetValue(null)!)
                .GroupBy(static descriptor => descriptor.Id)
                .OrderBy(static rule => rule.Key, StringComparer.Ordinal)
                .Select(rule => new Rule(
                    rule.Key, [.. rule],
                    analyzers.SingleOrDefault(analyzer => analyzer.SupportedDiagnostics.Any(descriptor => descriptor.Id == rule.Key)),
                    fixable.Contains(rule.Key))),
        ];
    }

    private static IEnumerable<T> Create<T>(Assembly assembly) =>
        assembly.GetTypes()
            .Where(static type => !type.IsAbstract && typeof(T).IsAssignableFrom(type))
            .Select(static type => (T)Activator.CreateInstance(type)!);
}
