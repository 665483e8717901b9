using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>
/// The rules about one class at a time. A rule with several causes has one descriptor for each, under one id and one
/// title, so that every message says what to do about its own cause.
/// </summary>
internal static class BackendDiagnostics
{
    public const string Category = "AttentionGen.Backends";

    public const string InterfaceId = "ATTN0001";
    public const string InstantiableId = "ATTN0002";
    public const string ConstructorId = "ATTN0003";
    public const string DeclaredMemberId = "ATTN0004";
    public const string NameId = "ATTN0005";
    public const string RegisteredId = "ATTN0009";
    public const string TextId = "ATTN0013";
    public const string SupportHoldsId = "ATTN0014";
    public const string SupportDeclaredId = "ATTN0016";

    private const string Help = "https://github.com/attentiongen/attentiongen/blob/main/docs/diagnostics/";

    private const string InstantiableTitle = "A registered class can be instantiated by the registry";
    private const string ConstructorTitle = "A registered class has a constructor that the registry can call";
    private const string NameTitle = "A backend's own name is one that the registry can parse";
    private const string TextTitle = "Text of a Backend comes from the registry";
    private const string SupportHoldsTitle = "A declaration of support can hold";

    public static readonly DiagnosticDescriptor MissingInterface = new(
        InterfaceId,
        "A registered class implements IAttentionBackend",
        "'{0}' carries [AttentionBackend] but does not implement IAttentionBackend; implement it, or derive from a class that does",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + InterfaceId + ".md");

    public static readonly DiagnosticDescriptor StaticClass = new(
        InstantiableId,
        InstantiableTitle,
        "'{0}' is static, so the registry cannot make an instance of it; remove 'static'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + InstantiableId + ".md");

    public static readonly DiagnosticDescriptor AbstractClass = new(
        InstantiableId,
        InstantiableTitle,
        "'{0}' is abstract, so the registry cannot make an instance of it; remove 'abstract', or put the attribute on a class that derives from it",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + InstantiableId + ".md");

    public static readonly DiagnosticDescriptor GenericClass = new(
        InstantiableId,
        InstantiableTitle,
        "'{0}' is generic, so the registry cannot know its type arguments; put the attribute on a class without type parameters that derives from it",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + InstantiableId + ".md");

    public static readonly DiagnosticDescriptor NestedInGenericClass = new(
        InstantiableId,
        InstantiableTitle,
        "'{0}' is nested in the generic type '{1}', so the registry cannot know the type arguments; move the class out of '{1}'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + InstantiableId + ".md");

    public static readonly DiagnosticDescriptor FileLocalClass = new(
        InstantiableId,
        InstantiableTitle,
        "'{0}' is file-local, so generated code cannot name it; remove 'file'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + InstantiableId + ".md");

    public static readonly DiagnosticDescriptor NestedInFileLocalClass = new(
        InstantiableId,
        InstantiableTitle,
        "'{0}' is nested in the file-local type '{1}', so generated code cannot name it; remove 'file' from '{1}'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + InstantiableId + ".md");

    public static readonly DiagnosticDescriptor InaccessibleClass = new(
        InstantiableId,
        InstantiableTitle,
        "'{0}' is {1}, so the registry cannot reach it; make it internal or public",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + InstantiableId + ".md");

    public static readonly DiagnosticDescriptor NestedInInaccessibleClass = new(
        InstantiableId,
        InstantiableTitle,
        "'{0}' is nested in '{1}', which is {2}, so the registry cannot reach it; make '{1}' internal or public",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + InstantiableId + ".md");

    public static readonly DiagnosticDescriptor NoParameterlessConstructor = new(
        ConstructorId,
        ConstructorTitle,
        "'{0}' has no constructor without parameters for the registry to call, only {1}; add one that is internal or public",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + ConstructorId + ".md");

    public static readonly DiagnosticDescriptor InaccessibleConstructor = new(
        ConstructorId,
        ConstructorTitle,
        "The constructor '{0}()' is {1}, so the registry cannot call it; make it internal or public",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + ConstructorId + ".md");

    public static readonly DiagnosticDescriptor ObsoleteConstructor = new(
        ConstructorId,
        ConstructorTitle,
        "The constructor '{0}()' is obsolete as an error, so the registry cannot call it; remove [Obsolete], or make it a warning",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + ConstructorId + ".md");

    public static readonly DiagnosticDescriptor RequiredMembers = new(
        ConstructorId,
        ConstructorTitle,
        "'{0}' requires its creator to set {1}, which the registry cannot do; remove 'required', or set them in the constructor and mark it [SetsRequiredMembers]",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + ConstructorId + ".md");

    public static readonly DiagnosticDescriptor UndeclaredMember = new(
        DeclaredMemberId,
        "A registered class names a declared member of Backend",
        "{0} is not a declared member of Backend; use one of its members, or give the class a name of its own: [AttentionBackend(\"{1}\")]",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + DeclaredMemberId + ".md");

    public static readonly DiagnosticDescriptor EmptyName = new(
        NameId,
        NameTitle,
        "The name of '{0}' is {1}; give it one of letters, digits and underscores that begins with a letter, for example \"{2}\"",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + NameId + ".md");

    public static readonly DiagnosticDescriptor MalformedName = new(
        NameId,
        NameTitle,
        "The name \"{0}\" has {1}; a name is letters (A to Z), digits and underscores and begins with a letter, for example \"{2}\"",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + NameId + ".md");

    public static readonly DiagnosticDescriptor LongName = new(
        NameId,
        NameTitle,
        "The name \"{0}\" has {1} characters; a name has at most {2}, shorten it",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + NameId + ".md");

    public static readonly DiagnosticDescriptor InTreeName = new(
        NameId,
        NameTitle,
        "The name \"{0}\" belongs to the in-tree backend {1}; use [AttentionBackend({1})] to serve it, or choose another name",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + NameId + ".md");

    public static readonly DiagnosticDescriptor Unregistered = new(
        RegisteredId,
        "A class that implements IAttentionBackend is registered",
        "'{0}' implements IAttentionBackend but is not in the registry; add [AttentionBackend(\"{1}\")] to register it",
        Category, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help + RegisteredId + ".md");

    public static readonly DiagnosticDescriptor ParsedByEnum = new(
        TextId,
        TextTitle,
        "Enum.{0} reads the C# names of Backend and uses reflection; AttentionRegistry.{0} reads the names that configuration uses",
        Category, DiagnosticSeverity.Info, isEnabledByDefault: false, helpLinkUri: Help + TextId + ".md");

    public static readonly DiagnosticDescriptor FormattedByEnum = new(
        TextId,
        TextTitle,
        "{0} gives the C# name of a Backend and uses reflection; AttentionRegistry.GetName gives the name that configuration uses",
        Category, DiagnosticSeverity.Info, isEnabledByDefault: false, helpLinkUri: Help + TextId + ".md");

    // One id has one default severity. A declaration that is ignored is reported with it; one that contradicts itself, as an error.
    public static readonly DiagnosticDescriptor SupportWithoutBackend = new(
        SupportHoldsId,
        SupportHoldsTitle,
        "'{0}' declares support but is not registered, so nothing reads the declaration; add [AttentionBackend], or remove it",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help + SupportHoldsId + ".md");

    public static readonly DiagnosticDescriptor DuplicateDevice = new(
        SupportHoldsId,
        SupportHoldsTitle,
        "'{0}' declares its support of {1} twice; a class has one declaration for each kind of device, merge them",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help + SupportHoldsId + ".md");

    public static readonly DiagnosticDescriptor UndeclaredDevice = new(
        SupportHoldsId,
        SupportHoldsTitle,
        "{0} is not a declared member of DeviceKind; use one of its members",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help + SupportHoldsId + ".md");

    public static readonly DiagnosticDescriptor EmptySet = new(
        SupportHoldsId,
        SupportHoldsTitle,
        "The declaration for {0} allows no {1}, so no request can match it; set {1}",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help + SupportHoldsId + ".md");

    public static readonly DiagnosticDescriptor SizeNotPositive = new(
        SupportHoldsId,
        SupportHoldsTitle,
        "{0} is {1}; sizes are positive numbers",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help + SupportHoldsId + ".md");

    public static readonly DiagnosticDescriptor EmptyRange = new(
        SupportHoldsId,
        SupportHoldsTitle,
        "{0} is {1}, above the {2} of {3}, so no request can match the declaration; raise {2} or lower {0}",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help + SupportHoldsId + ".md");

    public static readonly DiagnosticDescriptor ExcludedSize = new(
        SupportHoldsId,
        SupportHoldsTitle,
        "{0} lists {1}, which {2} = {3} excludes; remove one of the two",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help + SupportHoldsId + ".md");

    public static readonly DiagnosticDescriptor WrongDeviceForArgument = new(
        SupportHoldsId,
        SupportHoldsTitle,
        "{0} means nothing on {1}, only on {2}; remove it",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help + SupportHoldsId + ".md");

    public static readonly DiagnosticDescriptor MissingSupport = new(
        SupportDeclaredId,
        "A registered class declares what it supports",
        "'{0}' carries no [AttentionSupport], so the selector can never pick it and it can only be created by name; declare each kind of device that it runs on",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help + SupportDeclaredId + ".md");
}
