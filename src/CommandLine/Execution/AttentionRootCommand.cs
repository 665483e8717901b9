using System.CommandLine;
using AttentionGen.CommandLine.Completion;
using AttentionGen.CommandLine.Explaining;
using AttentionGen.CommandLine.Listing;
using AttentionGen.CommandLine.Timing;
using AttentionGen.CommandLine.Verifying;

namespace AttentionGen.CommandLine.Execution;

/// <summary>The program: its commands, and what its help says of all of them.</summary>
internal sealed class AttentionRootCommand : RootCommand
{
    public AttentionRootCommand(AttentionBackendRegistry registry)
        : base(
            $"""
            Lists attention backends, says which one a request gets and why, holds them to the conformance battery, times and ranks them.

            Exit codes: 0 success; 1 a negative result, such as no backend that supports the request or one that does not conform; 2 input that cannot be used; 130 cancelled.
            {BackendChoice.EnvironmentVariable} names a backend for all commands that select one, NO_COLOR turns colours and live progress off.
            """)
    {
        Add(new ListCommand());
        Add(new ExplainCommand(registry));
        Add(new VerifyCommand(registry));
        Add(new BenchCommand(registry));
        Add(new TuneCommand(registry));
        Add(new CompletionCommand());
    }
}
