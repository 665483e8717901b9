using System.ComponentModel;

namespace AttentionGen;

/// <summary>
/// Written by the generator, one for each backend of an assembly: what the generator of an application needs to know of it
/// without opening a single type. Not meant to be written by hand.
/// </summary>
/// <param name="manifestVersion">The version of this attribute's meaning and of the manifest's shape.</param>
/// <param name="name">The backend's name.</param>
/// <param name="typeName">The full name of the class.</param>
/// <param name="manifest">The full name of the assembly's manifest class, in C# form without <c>global::</c>.</param>
/// <param name="member">The manifest's members for the backend: <c>Create</c> and <c>Describe</c> followed by this.</param>
/// <param name="isOverride">Whether the class takes the place of another assembly's.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RegisteredAttentionBackendAttribute(
    int manifestVersion, string name, string typeName, string manifest, string member, bool isOverride) : Attribute
{
    /// <summary>The version of this attribute's meaning and of the manifest's shape.</summary>
    public int ManifestVersion { get; } = manifestVersion;

    /// <summary>The backend's name.</summary>
    public string Name { get; } = name;

    /// <summary>The full name of the class.</summary>
    public string TypeName { get; } = typeName;

    /// <summary>The full name of the assembly's manifest class.</summary>
    public string Manifest { get; } = manifest;

    /// <summary>What follows <c>Create</c> and <c>Describe</c> in the names of the manifest's members.</summary>
    public string Member { get; } = member;

    /// <summary>Whether the class takes the place of another assembly's.</summary>
    public bool IsOverride { get; } = isOverride;
}
