using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>An attributed class and the place of its attribute.</summary>
/// <param name="Model">What the source pipeline needs.</param>
/// <param name="Location">
/// The attribute, in its syntax tree and not as a path and a span: only so is a #pragma around it honoured. It changes with
/// each edit of the file, so it goes into the pipeline of the diagnostics and nowhere else.
/// </param>
internal sealed record BackendDeclaration(BackendModel Model, Location Location);
