using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>ATTN0004: the value given to [AttentionBackend] is a declared member of Backend.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BackendMustBeDeclaredMemberAnalyzer : RegisteredClassAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [BackendDiagnostics.UndeclaredMember];

    private protected override void Analyze(SymbolAnalysisContext context, RegisteredClass registered)
    {
        if (registered.Attribute.ConstructorArguments is not [{ Kind: TypedConstantKind.Enum, Value: { } boxed }])
            return;

        long value = Convert.ToInt64(boxed, CultureInfo.InvariantCulture);
        EquatableArray<InTreeBackend> members = InTreeParser.Parse(registered.Symbols.BackendEnum);
        if (value >= 0 && value < members.Count)
            return; // The members count up from 0.

        string ownName = SuggestedName.FromClassName(registered.Type.Name);
        context.ReportDiagnostic(Diagnostic.Create(
            BackendDiagnostics.UndeclaredMember,
            registered.Attribute.FindConstructorArgumentLocation(context.CancellationToken),
            Suggest(members, value, registered.Type.Name),
            string.Format(CultureInfo.InvariantCulture, "(Backend){0}", value), ownName));
    }

    private static ImmutableDictionary<string, string?> Suggest(
        EquatableArray<InTreeBackend> members, long value, string className)
    {
        InTreeBackend nearest = value < 0 ? members[0] : members[members.Count - 1];
        string? likeClass = members
            .Where(member => className.StartsWith(member.Member, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(static member => member.Member.Length)
            .Select(static member => member.Member)
            .FirstOrDefault();
        return ImmutableDictionary<string, string?>.Empty
            .Add(FixProperties.MemberNamedLikeClass, likeClass)
            .Add(FixProperties.Member, nearest.Member)
            .Add(FixProperties.FirstMember, members[0].Member);
    }
}
