using AttentionGen;

namespace App;

/// <summary>Only ever set as a run-time override.</summary>
internal sealed class TestAttention : IAttentionBackend;
