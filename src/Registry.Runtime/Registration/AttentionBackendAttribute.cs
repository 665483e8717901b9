namespace AttentionGen;

/// <summary>Registers the class it is put on as the attention backend of one name.</summary>
/// <remarks>
/// The class implements <see cref="IAttentionBackend"/>, is neither abstract, static, generic nor file-local, and has a
/// constructor without parameters; class and constructor are at least <see langword="internal"/>. Put one
/// <see cref="AttentionSupportAttribute"/> beside this attribute for each kind of device that the class runs on: the
/// selector picks only what is declared.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AttentionBackendAttribute : Attribute
{
    /// <summary>Registers the class under one of the in-tree names.</summary>
    /// <param name="backend">The name, a declared member of <see cref="AttentionGen.Backend"/>.</param>
    public AttentionBackendAttribute(Backend backend) => Backend = backend;

    /// <summary>Registers the class under a name of its own, with the same rights as the in-tree names.</summary>
    /// <param name="name">
    /// Letters, digits and underscores, beginning with a letter, for example <c>ACME_ATTN</c>; not an in-tree name.
    /// Names are compared ignoring case.
    /// </param>
    public AttentionBackendAttribute(string name) => Name = name;

    /// <summary>The in-tree name, or null where the class has a name of its own.</summary>
    public Backend? Backend { get; }

    /// <summary>The class's own name, or null where it has an in-tree name.</summary>
    public string? Name { get; }

    /// <summary>
    /// Whether the class takes the place of the class that another assembly registers under this name. Without it a second
    /// class of the same name is a build error.
    /// </summary>
    public bool Override { get; set; }
}
