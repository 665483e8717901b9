namespace AttentionGen.Cuda;

/// <summary>What the compiler made of a source.</summary>
/// <param name="Cubin">The machine code, for one architecture.</param>
/// <param name="Log">What the compiler said; with a report of registers and spills where that was asked for.</param>
internal sealed record CompiledKernel(byte[] Cubin, string Log);
