namespace AttentionGen.Generators;

/// <summary>The names of the runtime library that the generator reads and writes.</summary>
internal static class WellKnownNames
{
    public const string RuntimeAssembly = "AttentionGen";
    public const string RuntimeNamespace = "AttentionGen";
    public const string GeneratedNamespace = "AttentionGen.Generated";

    public const string BackendAttributeMetadataName = "AttentionGen.AttentionBackendAttribute";
    public const string BackendEnumMetadataName = "AttentionGen.Backend";
    public const string BackendInterfaceMetadataName = "AttentionGen.IAttentionBackend";
    public const string SupportAttributeMetadataName = "AttentionGen.AttentionSupportAttribute";
    public const string DeviceEnumMetadataName = "AttentionGen.DeviceKind";

    public const string BackendInterface = "IAttentionBackend";
    public const string AttachMethod = "Attach";
    public const string SupportAttribute = "AttentionSupportAttribute";
    public const string RegisteredAttribute = "RegisteredAttentionBackendAttribute";
    public const string TextFormAttribute = "JsonStringEnumMemberNameAttribute";
    public const string OverrideProperty = "Override";

    public const string ManifestClass = "AttentionBackendManifest";
    public const string RegistryClass = "AttentionRegistry";

    public const string RootNamespaceOption = "build_property.RootNamespace";
    public const string RegistryOption = "build_property.AttentionGenRegistry";

    /// <summary>AttentionGenRequire with commas for its semicolons: see AttentionGen.targets.</summary>
    public const string RequiredOption = "build_property.AttentionGenRequiredBackends";

    /// <summary>
    /// The version of RegisteredAttentionBackendAttribute's meaning and of the manifest's shape. A change of either that an
    /// older or newer generator would misread takes the next number.
    /// </summary>
    public const int ManifestVersion = 1;
}
