using AttentionGen.Generators;
using Microsoft.CodeAnalysis;

namespace AttentionGen.CodeFixes;

/// <summary>A diagnostic, with the syntax and the meaning of what it points at.</summary>
internal sealed class FixTarget(Diagnostic diagnostic, SyntaxNode root, SemanticModel model, CancellationToken cancellationToken)
{
    public SyntaxNode Node { get; } = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);

    public SemanticModel Model => model;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>What the analyzer said under a key of <see cref="FixProperties"/>, or null.</summary>
    public string? this[string property] => diagnostic.Properties.TryGetValue(property, out string? value) ? value : null;

    public bool Is(string kind) => this[FixProperties.Kind] == kind;
}
