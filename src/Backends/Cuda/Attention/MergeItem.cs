using System.Runtime.InteropServices;

namespace AttentionGen.Cuda.Attention;

/// <summary>Rows whose partial states become the output: those of shared keys, and those of the request's own. As <c>MergeWorkItem</c> of Parameters.cuh.</summary>
/// <param name="Request">The request's index in the batch.</param>
/// <param name="FirstRow">The first packed row.</param>
/// <param name="RowCount">The number of rows.</param>
/// <param name="KeyValueHead">The KV head.</param>
/// <param name="PartialSlot">Where the first own part's first row is.</param>
/// <param name="PartCount">The number of own parts.</param>
/// <param name="PartStride">The slots from an own part to the next.</param>
/// <param name="SharedSlot">Where the first shared part's first row is.</param>
/// <param name="SharedCount">The number of shared parts.</param>
/// <param name="SharedStride">The slots from a shared part to the next.</param>
[StructLayout(LayoutKind.Sequential, Size = MergeItem.Bytes)]
internal readonly record struct MergeItem(
    int Request, int FirstRow, int RowCount, int KeyValueHead, int PartialSlot, int PartCount, int PartStride,
    int SharedSlot = 0, int SharedCount = 0, int SharedStride = 0)
{
    public const int Bytes = 48;
}
