namespace AttentionGen.Generators;

/// <summary>A referenced assembly that registers backends.</summary>
/// <param name="AssemblyName">The assembly's name.</param>
/// <param name="ManifestVersion">
/// The manifest version it was built with. Where it is not this generator's, <paramref name="Backends"/> is empty: nothing
/// in the attributes can be trusted to mean the same.
/// </param>
/// <param name="Backends">Its backends, ordered by name.</param>
internal sealed record ReferenceModel(string AssemblyName, int ManifestVersion, EquatableArray<RegistrationModel> Backends);
