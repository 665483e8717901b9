using Microsoft.CodeAnalysis.Editing;

namespace AttentionGen.CodeFixes;

/// <summary>One way to fix a diagnostic by edits of its document.</summary>
internal sealed class DocumentFix(string title, string equivalenceKey, Action<DocumentEditor> apply)
{
    /// <summary>What the user picks.</summary>
    public string Title { get; } = title;

    /// <summary>Equal for the fixes that Fix All applies together.</summary>
    public string EquivalenceKey { get; } = equivalenceKey;

    public void Apply(DocumentEditor editor) => apply(editor);
}
