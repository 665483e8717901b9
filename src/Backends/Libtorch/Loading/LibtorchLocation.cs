namespace AttentionGen.Libtorch;

/// <summary>A directory that holds libtorch.</summary>
internal sealed record LibtorchLocation(string Directory, LibtorchOrigin Origin, bool HasCuda);
