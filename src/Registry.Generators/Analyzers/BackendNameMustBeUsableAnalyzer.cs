using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>ATTN0005: a name of a class's own has the form of a name, and is not an in-tree one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BackendNameMustBeUsableAnalyzer : RegisteredClassAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        BackendDiagnostics.EmptyName,
        BackendDiagnostics.MalformedName,
        BackendDiagnostics.LongName,
        BackendDiagnostics.InTreeName,
    ];

    private protected override void Analyze(SymbolAnalysisContext context, RegisteredClass registered)
    {
        if (registered.Attribute.ConstructorArguments is not [{ Type.SpecialType: SpecialType.System_String } argument])
            return;

        string? name = argument.Value as string;
        Location location = registered.Attribute.FindConstructorArgumentLocation(context.CancellationToken);
        EquatableArray<InTreeBackend> inTree = InTreeParser.Parse(registered.Symbols.BackendEnum);
        if (Check(name, registered.Type.Name, location, inTree) is { } diagnostic)
            context.ReportDiagnostic(diagnostic);
    }

    private static Diagnostic? Check(string? name, string className, Location location, EquatableArray<InTreeBackend> inTree)
    {
        string fromClass = SuggestedName.FromClassName(className);
        if (string.IsNullOrWhiteSpace(name))
        {
            string state = name is null ? "null" : name.Length == 0 ? "empty" : "white space";
            return Diagnostic.Create(BackendDiagnostics.EmptyName, location, FixTo(fromClass, inTree), className, state, fromClass);
        }

        if (FindInTree(name!, inTree) is { } member)
            return Diagnostic.Create(BackendDiagnostics.InTreeName, location, UseMember(member), name, $"Backend.{member}");

        if (DescribeMalformation(name!) is { } malformation)
        {
            string repaired = SuggestedName.Repair(name!) is { Length: > 0 } kept ? kept : fromClass;
            return Diagnostic.Create(
                BackendDiagnostics.MalformedName, location, FixTo(repaired, inTree), name, malformation, repaired);
        }

        return name!.Length > BackendName.MaxLength
            ? Diagnostic.Create(BackendDiagnostics.LongName, location, name, name.Length, BackendName.MaxLength)
            : null;
    }

    // In words that follow "has".
    private static string? DescribeMalformation(string name)
    {
        foreach (char character in name)
        {
            if (!BackendName.IsPart(character))
                return $"the character '{character}'";
        }

        return BackendName.IsLetter(name[0]) ? null : $"'{name[0]}' as its first character";
    }

    // A name made here may turn out to be an in-tree one: "FLASH-ATTN" is FLASH_ATTN in another spelling.
    private static ImmutableDictionary<string, string?> FixTo(string name, EquatableArray<InTreeBackend> inTree) =>
        FindInTree(name, inTree) is { } member
            ? UseMember(member)
            : ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Kind, FixKinds.Rename).Add(FixProperties.Name, name);

    private static ImmutableDictionary<string, string?> UseMember(string member) =>
        ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Kind, FixKinds.UseMember).Add(FixProperties.Member, member);

    private static string? FindInTree(string name, EquatableArray<InTreeBackend> inTree)
    {
        foreach (InTreeBackend backend in inTree)
        {
            if (string.Equals(backend.Name, name, StringComparison.OrdinalIgnoreCase))
                return backend.Member;
        }

        return null;
    }
}
