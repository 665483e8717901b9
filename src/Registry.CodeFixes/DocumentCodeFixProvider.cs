using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;

namespace AttentionGen.CodeFixes;

/// <summary>
/// Fixes that edit one document each. A single fix and Fix All go the same way: one editor for a document, into which
/// every diagnostic puts its edits.
/// </summary>
public abstract class DocumentCodeFixProvider : CodeFixProvider
{
    private protected DocumentCodeFixProvider(params string[] diagnosticIds) => FixableDiagnosticIds = [.. diagnosticIds];

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() =>
        FixAllProvider.Create(async (context, document, diagnostics) =>
            await ApplyAsync(document, diagnostics, context.CodeActionEquivalenceKey, context.CancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(context.Document, context.CancellationToken).ConfigureAwait(false);
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            foreach (DocumentFix fix in FindFixes(new(diagnostic, editor.OriginalRoot, editor.SemanticModel, context.CancellationToken)))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        fix.Title,
                        cancellationToken => ApplyAsync(context.Document, [diagnostic], fix.EquivalenceKey, cancellationToken),
                        fix.EquivalenceKey),
                    diagnostic);
            }
        }
    }

    /// <summary>The ways to fix one diagnostic, the best first; none where its cause is not this provider's.</summary>
    private protected abstract IEnumerable<DocumentFix> FindFixes(FixTarget target);

    private async Task<Document> ApplyAsync(
        Document document, ImmutableArray<Diagnostic> diagnostics, string? equivalenceKey, CancellationToken cancellationToken)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        foreach (Diagnostic diagnostic in diagnostics)
        {
            FindFixes(new(diagnostic, editor.OriginalRoot, editor.SemanticModel, cancellationToken))
                .FirstOrDefault(fix => fix.EquivalenceKey == equivalenceKey)
                ?.Apply(editor);
        }

        return editor.GetChangedDocument();
    }
}
