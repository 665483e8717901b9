using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AttentionGen.Generators;

/// <summary>ATTN0014: every [AttentionSupport] is read, says one thing about one kind of device, and can match a request.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SupportDeclarationMustHoldAnalyzer : DiagnosticAnalyzer
{
    private static readonly ImmutableDictionary<string, string?> s_removeDeclaration =
        ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Kind, FixKinds.RemoveDeclaration);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        BackendDiagnostics.SupportWithoutBackend,
        BackendDiagnostics.DuplicateDevice,
        BackendDiagnostics.UndeclaredDevice,
        BackendDiagnostics.EmptySet,
        BackendDiagnostics.SizeNotPositive,
        BackendDiagnostics.EmptyRange,
        BackendDiagnostics.ExcludedSize,
        BackendDiagnostics.WrongDeviceForArgument,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (AttentionSymbols.Find(start.Compilation) is { } symbols)
                start.RegisterSymbolAction(symbol => Analyze(symbol, symbols), SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext context, AttentionSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class)
            return;

        bool registered = symbols.FindBackendAttribute(type) is not null;
        var declared = new HashSet<long>();
        foreach (AttributeData attribute in symbols.FindSupportAttributes(type))
        {
            var declaration = new SupportDeclaration(attribute, symbols.DeviceEnum);
            if (!declaration.IsBound)
                continue;

            var check = new SupportDeclarationCheck(context, attribute, declaration);
            if (!registered)
                check.ReportIgnored(BackendDiagnostics.SupportWithoutBackend, attribute.FindLocation(context.CancellationToken), s_removeDeclaration, type.Name);

            if (declaration.Device is null)
            {
                check.ReportContradiction(
                    BackendDiagnostics.UndeclaredDevice, check.DeviceLocation,
                    string.Format(CultureInfo.InvariantCulture, "(DeviceKind){0}", declaration.DeviceValue));
                continue;
            }

            if (!declared.Add(declaration.DeviceValue))
                check.ReportContradiction(BackendDiagnostics.DuplicateDevice, check.DeviceLocation, type.Name, check.DeviceName);

            check.CheckSets();
            check.CheckSizes();
            check.CheckRanges();
            check.CheckLists();
            check.CheckDevice();
        }
    }
}
