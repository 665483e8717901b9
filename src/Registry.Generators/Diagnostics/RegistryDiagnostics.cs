using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>The rules about more than one class, which the generator reports. Those about one class are analyzers.</summary>
internal static class RegistryDiagnostics
{
    private const string Category = "AttentionGen.Registry";

    /// <summary>Two classes of one assembly have the same name.</summary>
    public static readonly DiagnosticDescriptor DuplicateInAssembly = new(
        "ATTN0006",
        "Two classes of this assembly register the same backend",
        "'{0}' is registered by '{1}' and by '{2}'; give one of them another name or remove its attribute",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A name stands for one class. Names are compared ignoring case.",
        HelpLink("ATTN0006"));

    /// <summary>Classes of two assemblies have the same name, and neither says that it overrides.</summary>
    public static readonly DiagnosticDescriptor DuplicateAcrossAssemblies = new(
        "ATTN0007",
        "Two assemblies register the same backend",
        "'{0}' is registered by '{1}' of '{2}' and by '{3}' of '{4}'; set Override = true on the one that should serve it, or drop a reference",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A name stands for one class. A class takes the place of another assembly's only where it says so.",
        HelpLink("ATTN0007"));

    /// <summary>A class of the application says that it overrides, and there is nothing to override.</summary>
    public static readonly DiagnosticDescriptor NothingOverridden = new(
        "ATTN0008",
        "Nothing is overridden",
        "'{0}' says that it overrides '{1}', which no referenced assembly registers; remove Override = true or reference the assembly",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Reported for the classes of an application. A library cannot know what is referenced beside it.",
        HelpLink("ATTN0008"));

    /// <summary>Two names are the same apart from underscores and case.</summary>
    public static readonly DiagnosticDescriptor SimilarNames = new(
        "ATTN0011",
        "Two backend names differ by underscores alone",
        "'{0}' and '{1}' differ by underscores alone, so one is easily written for the other; choose another name for '{2}'",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Both names work. They are hard to tell apart in a configuration file.",
        HelpLink("ATTN0011"));

    /// <summary>A reference was built by a generator whose manifests this one cannot read.</summary>
    public static readonly DiagnosticDescriptor ManifestVersionDiffers = new(
        "ATTN0012",
        "A reference was built for another version of the registry",
        "'{0}' has version {1} of the backend manifest and this build reads version {2}, so its backends are left out; update {3}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Build the reference and the application with the same version of the package AttentionGen.",
        HelpLink("ATTN0012"));

    /// <summary>Classes of two assemblies say that they override the same name.</summary>
    public static readonly DiagnosticDescriptor OverriddenTwice = new(
        "ATTN0015",
        "Two assemblies override the same backend",
        "'{0}' is overridden by '{1}' of '{2}' and by '{3}' of '{4}'; remove one of them, or drop a reference",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "An override takes the place of a class that is none. Between two overrides nothing decides.",
        HelpLink("ATTN0015"));

    private static string HelpLink(string id) => $"https://github.com/attentiongen/attentiongen/blob/main/docs/diagnostics/{id}.md";
}
