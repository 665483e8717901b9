using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>The rules about more than one class, which the generator reports. Those about one class are analyzers.</summary>
internal static class RegistryDiagnostics
{
    public const string DuplicateInAssemblyId = "ATTN0006";
    public const string DuplicateAcrossAssembliesId = "ATTN0007";
    public const string NothingOverriddenId = "ATTN0008";
    public const string RequiredId = "ATTN0010";
    public const string SimilarNamesId = "ATTN0011";
    public const string ManifestVersionDiffersId = "ATTN0012";
    public const string OverriddenTwiceId = "ATTN0015";

    private const string Category = "AttentionGen.Registry";

    private const string RequiredTitle = "A backend that the application requires is served";
    private const string RequiredDescription = "Checked for the names in the MSBuild property AttentionGenRequire of a project that gets a registry.";

    /// <summary>Two classes of one assembly have the same name.</summary>
    public static readonly DiagnosticDescriptor DuplicateInAssembly = new(
        DuplicateInAssemblyId,
        "Two classes of this assembly register the same backend",
        "'{0}' is registered by '{1}' and by '{2}'; give one of them another name or remove its attribute",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A name stands for one class. Names are compared ignoring case.",
        HelpLink(DuplicateInAssemblyId));

    /// <summary>Classes of two assemblies have the same name, and neither says that it overrides.</summary>
    public static readonly DiagnosticDescriptor DuplicateAcrossAssemblies = new(
        DuplicateAcrossAssembliesId,
        "Two assemblies register the same backend",
        "'{0}' is registered by '{1}' of '{2}' and by '{3}' of '{4}'; set Override = true on the one that should serve it, or drop a reference",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A name stands for one class. A class takes the place of another assembly's only where it says so.",
        HelpLink(DuplicateAcrossAssembliesId));

    /// <summary>A class of the application says that it overrides, and there is nothing to override.</summary>
    public static readonly DiagnosticDescriptor NothingOverridden = new(
        NothingOverriddenId,
        "Nothing is overridden",
        "'{0}' says that it overrides '{1}', which no referenced assembly registers; remove Override = true or reference the assembly",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Reported for the classes of an application. A library cannot know what is referenced beside it.",
        HelpLink(NothingOverriddenId));

    /// <summary>A name that the build requires is known, or like no other, and nothing serves it.</summary>
    public static readonly DiagnosticDescriptor RequiredNotServed = new(
        RequiredId,
        RequiredTitle,
        "The application requires backend '{0}', but no class serves it; reference the package that brings it or put [AttentionBackend] on a class",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        RequiredDescription,
        HelpLink(RequiredId));

    /// <summary>A name that the build requires is not known, and one that is known is near it.</summary>
    public static readonly DiagnosticDescriptor RequiredUnknown = new(
        RequiredId,
        RequiredTitle,
        "The application requires backend '{0}', which is no in-tree name and which no class registers; the nearest name is '{1}', so correct AttentionGenRequire or reference the package that brings '{0}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        RequiredDescription,
        HelpLink(RequiredId));

    /// <summary>Two names are the same apart from underscores and case.</summary>
    public static readonly DiagnosticDescriptor SimilarNames = new(
        SimilarNamesId,
        "Two backend names differ by underscores alone",
        "'{0}' and '{1}' differ by underscores alone, so one is easily written for the other; choose another name for '{2}'",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Both names work. They are hard to tell apart in a configuration file.",
        HelpLink(SimilarNamesId));

    /// <summary>A reference was built by a generator whose manifests this one cannot read.</summary>
    public static readonly DiagnosticDescriptor ManifestVersionDiffers = new(
        ManifestVersionDiffersId,
        "A reference was built for another version of the registry",
        "'{0}' has version {1} of the backend manifest and this build reads version {2}, so its backends are left out; update {3}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Build the reference and the application with the same version of the package AttentionGen.",
        HelpLink(ManifestVersionDiffersId));

    /// <summary>Classes of two assemblies say that they override the same name.</summary>
    public static readonly DiagnosticDescriptor OverriddenTwice = new(
        OverriddenTwiceId,
        "Two assemblies override the same backend",
        "'{0}' is overridden by '{1}' of '{2}' and by '{3}' of '{4}'; remove one of them, or drop a reference",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "An override takes the place of a class that is none. Between two overrides nothing decides.",
        HelpLink(OverriddenTwiceId));

    private static string HelpLink(string id) => $"https://github.com/attentiongen/attentiongen/blob/main/docs/diagnostics/{id}.md";
}
