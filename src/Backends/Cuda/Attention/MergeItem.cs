using System.Runtime.InteropServices;

namespace AttentionGen.Cuda.Attention;

/// <summary>Rows whose partial states become the output. As <c>MergeWorkItem</c> of Parameters.cuh.</summary>
/// <param name="Request">The request's index in the batch.</param>
/// <param name="FirstRow">The first packed row.</param>
/// <param name="RowCount">The number of rows.</param>
/// <param name="KeyValueHead">The KV head.</param>
/// <param name="PartialSlot">Where the first part's first row is.</param>
/// <param name="PartCount">The number of parts.</param>
/// <param name="PartStride">The slots from a part to the next.</param>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal readonly record struct MergeItem(int Request, int FirstRow, int RowCount, int KeyValueHead, int PartialSlot, int PartCount, int PartStride);
