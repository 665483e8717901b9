using AttentionGen.CommandLine.Output;

namespace AttentionGen.CommandLine.Execution;

/// <summary>What every command works with.</summary>
internal sealed record CommandContext(AttentionBackendRegistry Registry, CommandOutput Output, CancellationToken Cancellation);
