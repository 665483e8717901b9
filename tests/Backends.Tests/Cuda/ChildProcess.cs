using System.Diagnostics;
using Xunit;

namespace AttentionGen.Tests.Cuda;

/// <summary>Runs one test of this program in a process of its own: for what a process does not survive, and for several at once.</summary>
internal static class ChildProcess
{
    private const string Variable = "ATTENTIONGEN_TEST_CHILD";

    /// <summary>What the parent passed; skips the test where there is no parent.</summary>
    public static string Argument
    {
        get
        {
            string? argument = Environment.GetEnvironmentVariable(Variable);
            Assert.SkipWhen(argument is null, "Run by another test, in a process of its own.");
            return argument!;
        }
    }

    /// <summary>Starts a test; its standard output is to be read.</summary>
    public static Process Start(Type type, string method, string argument, params ReadOnlySpan<(string Name, string Value)> variables)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            ArgumentList = { "-method", $"{type.FullName}.{method}" },
            Environment = { [Variable] = argument },
        };

        // Not what the test platform set for the parent.
        foreach (string name in start.Environment.Keys.Where(static name => name.StartsWith("TESTINGPLATFORM_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
