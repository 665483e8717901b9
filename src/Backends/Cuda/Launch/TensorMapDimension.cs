namespace AttentionGen.Cuda;

/// <summary>One dimension of a tensor that the copy engine reads.</summary>
/// <param name="Size">The number of elements.</param>
/// <param name="Stride">The bytes from one to the next, a multiple of 16; of the innermost dimension, whose elements lie side by side, those of an element.</param>
/// <param name="Box">How many of them are read at a time: 1 to 256.</param>
internal readonly record struct TensorMapDimension(long Size, long Stride, int Box);
