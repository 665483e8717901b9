using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AttentionGen.Generators;

/// <summary>
/// Emits the manifest of an assembly that has attention backends, and the registry of an application that references such
/// assemblies.
/// </summary>
/// <remarks>
/// Parsing/ reads symbols into models, Resolution/ decides who gets which name, Formatting/ prints, Diagnostics/ reports.
/// Only Parsing/ sees a symbol, so what the driver keeps between two edits holds no compilation.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class AttentionRegistryGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<BackendDeclaration> declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                WellKnownNames.BackendAttributeMetadataName,
                static (node, _) => node is ClassDeclarationSyntax or RecordDeclarationSyntax,
                BackendParser.Parse)
            .Where(static declaration => declaration is not null)
            .Select(static (declaration, _) => declaration!)
            .WithTrackingName(TrackingNames.Declarations);

        IncrementalValueProvider<EquatableArray<BackendModel>> backends = declarations
            .Select(static (declaration, _) => declaration.Model)
            .Collect()
            .Select(static (models, _) => models.OrderBy(static model => model, BackendOrder.Comparer).ToEquatableArray())
            .WithTrackingName(TrackingNames.Backends);

        IncrementalValueProvider<CompilationModel> compilation = context.CompilationProvider
            .Select(CompilationParser.Parse)
            .WithTrackingName(TrackingNames.CompilationModel);

        IncrementalValueProvider<RegistryOptions> options = context.AnalyzerConfigOptionsProvider
            .Select(OptionsParser.Parse)
            .WithTrackingName(TrackingNames.Options);

        IncrementalValueProvider<ManifestModel?> manifest = backends
            .Combine(compilation.Select(static (model, _) => model.AssemblyName))
            .Select(static (input, _) => ManifestBuilder.Build(input.Left, input.Right))
            .WithTrackingName(TrackingNames.Manifest);

        IncrementalValueProvider<RegistryModel?> registry = manifest
            .Combine(compilation)
            .Combine(options)
            .Select(static (input, _) => RegistryBuilder.Build(input.Left.Left, input.Left.Right, input.Right))
            .WithTrackingName(TrackingNames.Registry);

        IncrementalValueProvider<EquatableArray<DiagnosticInfo>> diagnostics = declarations
            .Collect()
            .Combine(compilation)
            .Combine(options)
            .Select(static (input, cancellationToken) =>
                RegistryRules.Check(input.Left.Left, input.Left.Right, input.Right, cancellationToken))
            .WithTrackingName(TrackingNames.Diagnostics);

        // Not an implementation output: in an IDE the application's run reads these attributes off the referenced project.
        context.RegisterSourceOutput(manifest, EmitManifest);
        context.RegisterSourceOutput(registry, EmitRegistry);
        context.RegisterSourceOutput(diagnostics, Report);
    }

    private static void EmitManifest(SourceProductionContext context, ManifestModel? manifest)
    {
        if (manifest is not null)
            context.AddSource($"{WellKnownNames.ManifestClass}.g.cs", ManifestFormatter.Format(manifest));
    }

    private static void EmitRegistry(SourceProductionContext context, RegistryModel? registry)
    {
        if (registry is null)
            return;

        context.AddSource($"{WellKnownNames.RegistryClass}.g.cs", RegistryFormatter.Format(registry));
        context.AddSource($"{WellKnownNames.RegistryClass}.Names.g.cs", RegistryNamesFormatter.Format(registry));
    }

    private static void Report(SourceProductionContext context, EquatableArray<DiagnosticInfo> diagnostics)
    {
        foreach (DiagnosticInfo diagnostic in diagnostics)
            context.ReportDiagnostic(diagnostic.ToDiagnostic());
    }
}
