using AttentionGen;

namespace App;

/// <summary>What an application keeps in a file.</summary>
internal sealed record AttentionSettings(Backend Backend, AttentionDevice Device, Dictionary<Backend, int> Runs);
