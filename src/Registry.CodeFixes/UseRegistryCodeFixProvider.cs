using System.Composition;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace AttentionGen.CodeFixes;

/// <summary>ATTN0013: parses and formats through the application's registry class.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UseRegistryCodeFixProvider() : DocumentCodeFixProvider(BackendDiagnostics.TextId)
{
    private const string Key = "Use AttentionRegistry";

    private const string Parse = nameof(Parse);
    private const string TryParse = nameof(TryParse);
    private const string GetName = nameof(GetName);

    private protected override IEnumerable<DocumentFix> FindFixes(FixTarget target)
    {
        if (target[FixProperties.Registry] is not { } registryName
            || target.Model.Compilation.Assembly.GetTypeByMetadataName(registryName) is not { } registry
            || target.Node.FirstAncestorOrSelf<ExpressionSyntax>() is not { } expression)
        {
            yield break;
        }

        if (FindFix(target, expression) is not var (method, replaced, arguments)
            || registry.GetMembers(method).IsEmpty)
        {
            yield break;
        }

        yield return new($"Use {registry.Name}.{method}", Key, editor => editor.ReplaceNode(replaced, (current, generator) =>
            generator.InvocationExpression(generator.ImportedMember(registry, method), arguments(current)).WithTriviaFrom(current)));
    }

    // The arguments are taken from the current form of what is replaced: an edit inside it may have come before.
    private static (string Method, SyntaxNode Replaced, Func<SyntaxNode, IEnumerable<SyntaxNode>> Arguments)? FindFix(
        FixTarget target, ExpressionSyntax expression)
    {
        if (expression is not InvocationExpressionSyntax invocation
            || target.Model.GetOperation(invocation, target.CancellationToken) is not IInvocationOperation operation)
        {
            // Part of an interpolated string.
            return (GetName, expression, static current => [current.WithoutTrivia()]);
        }

        if (operation.TargetMethod.Name == nameof(ToString))
        {
            return invocation.Expression is MemberAccessExpressionSyntax
                ? (GetName, invocation, static current => [ReceiverOf(current)])
                : null;
        }

        int text = FindArgument(operation, "value");
        if (text < 0)
            return null;

        if (operation.TargetMethod.Name == TryParse)
        {
            int result = FindArgument(operation, "result");
            return operation.TargetMethod.IsGenericMethod && result >= 0
                ? (TryParse, invocation, current => [ArgumentOf(current, text), ArgumentOf(current, result)])
                : null;
        }

        // Enum.Parse(typeof(Backend), text) gives an object, which is cast.
        return invocation.Parent is CastExpressionSyntax cast && !operation.TargetMethod.IsGenericMethod
            ? (Parse, cast, current => [ArgumentOf(((CastExpressionSyntax)current).Expression, text)])
            : (Parse, invocation, current => [ArgumentOf(current, text)]);
    }

    private static int FindArgument(IInvocationOperation operation, string parameter)
    {
        SyntaxNode? syntax = operation.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Syntax;
        return ((InvocationExpressionSyntax)operation.Syntax).ArgumentList.Arguments.IndexOf(argument => argument == syntax);
    }

    private static ExpressionSyntax ReceiverOf(SyntaxNode invocation) =>
        ((MemberAccessExpressionSyntax)((InvocationExpressionSyntax)invocation).Expression).Expression.WithoutTrivia();

    // Without the parameter's name: the registry's parameters are called otherwise.
    private static ArgumentSyntax ArgumentOf(SyntaxNode invocation, int index) =>
        ((InvocationExpressionSyntax)invocation).ArgumentList.Arguments[index].WithNameColon(null);
}
