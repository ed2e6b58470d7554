using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ServerLib.Tests.CodeRules;

/// <summary>Finds the ways in which a test waits without an event, or leaves a task alone.</summary>
internal static class WaitingRule
{
    private static readonly string[] Gates = ["SemaphoreSlim", "Semaphore", "Mutex", "ReaderWriterLockSlim", "Lock"];

    /// <returns>What breaks the rule, each with its line.</returns>
    public static IEnumerable<string> Violations(string code)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(code).GetRoot();
        foreach (SyntaxNode node in root.DescendantNodes())
        {
            if (Problem(node) is { } problem)
                yield return $"{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {problem}";
        }
    }

    private static string? Problem(SyntaxNode node) => node switch
    {
        InvocationExpressionSyntax call when IsSleep(call) => "sleeps",
        WhileStatementSyntax loop when IsPoll(loop.Statement) => "polls",
        DoStatementSyntax loop when IsPoll(loop.Statement) => "polls",
        ForStatementSyntax loop when IsPoll(loop.Statement) => "polls",
        FieldDeclarationSyntax field when field.Modifiers.Any(SyntaxKind.StaticKeyword) && Gates.Contains($"{field.Declaration.Type}") => "has a gate for all tests",
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" }, Right: InvocationExpressionSyntax call } when StartsTask(call) => "discards a task",
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } when $"{call.Expression}" == "Task.Run" => "discards a task",
        _ => null,
    };

    private static bool IsSleep(InvocationExpressionSyntax call) => WithoutNamespace(call.Expression) switch
    {
        "Thread.Sleep" or "SpinWait.SpinUntil" => true,
        "Task.Delay" => !$"{call.ArgumentList.Arguments[0]}".StartsWith("Timeout.Infinite", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Whether a loop only yields, or checks whether it took too long.</summary>
    private static bool IsPoll(StatementSyntax body)
    {
        string[] calls = [.. body.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(call => $"{call.Expression}")];
        string[] awaited = [.. body.DescendantNodes().OfType<AwaitExpressionSyntax>().Select(wait => WithoutNamespace(wait.Expression))];
        return awaited.Any(wait => wait.StartsWith("Task.Yield()", StringComparison.Ordinal))
            || (awaited.Length == 0 && calls.Any(call => call.EndsWith(".ThrowIfCancellationRequested", StringComparison.Ordinal)));
    }

    private static string WithoutNamespace(ExpressionSyntax expression) =>
        $"{expression}".Replace("System.Threading.", "", StringComparison.Ordinal).Replace("Tasks.", "", StringComparison.Ordinal);

    private static bool StartsTask(InvocationExpressionSyntax call) =>
        $"{call.Expression}" is var name && (name == "Task.Run" || name.EndsWith("Async", StringComparison.Ordinal));
}
