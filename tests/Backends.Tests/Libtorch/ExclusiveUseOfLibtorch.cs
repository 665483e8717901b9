using Xunit;

namespace AttentionGen.Tests.Libtorch;

/// <summary>Tests that count native memory or silence standard error do not run beside others that use libtorch.</summary>
[CollectionDefinition(nameof(ExclusiveUseOfLibtorch), DisableParallelization = true)]
public sealed class ExclusiveUseOfLibtorch;
