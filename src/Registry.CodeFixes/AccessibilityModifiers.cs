using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AttentionGen.CodeFixes;

/// <summary>The keywords that state an accessibility.</summary>
internal static class AccessibilityModifiers
{
    public static bool Contains(SyntaxToken token) => token.Kind() is
        SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.PrivateKeyword;
}
