namespace AttentionGen.Generators;

/// <summary>A backend as one assembly registers it: what RegisteredAttentionBackendAttribute says.</summary>
/// <param name="Name">The backend's name.</param>
/// <param name="TypeName">The full name of the class.</param>
/// <param name="AssemblyName">The assembly that registers it.</param>
/// <param name="Manifest">The manifest class in C# form, without <c>global::</c>.</param>
/// <param name="Member">What follows <c>Create</c> and <c>Describe</c> in the manifest.</param>
/// <param name="IsOverride">Whether it takes the place of another assembly's.</param>
internal sealed record RegistrationModel(
    string Name, string TypeName, string AssemblyName, string Manifest, string Member, bool IsOverride);
