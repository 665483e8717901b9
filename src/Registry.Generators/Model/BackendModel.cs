namespace AttentionGen.Generators;

/// <summary>One valid attributed class of this assembly.</summary>
/// <param name="Name">The backend's name, in its canonical spelling.</param>
/// <param name="InTreeMember">The member of the enum Backend, or null for a name of its own.</param>
/// <param name="TypeName">The full name of the class, without <c>global::</c>.</param>
/// <param name="IsOverride">Whether it takes the place of another assembly's class.</param>
/// <param name="TakesDescriptor">Whether the class implements <c>IAttentionBackend.Attach</c> and does not leave it empty.</param>
/// <param name="Supports">Its declarations, ordered.</param>
internal sealed record BackendModel(
    string Name, string? InTreeMember, string TypeName, bool IsOverride, bool TakesDescriptor, EquatableArray<SupportModel> Supports);
