using System.Runtime.InteropServices;

namespace AttentionGen.Cuda.Attention;

/// <summary>
/// What one block computes at a time: packed rows of one request and KV head, and a range of its keys. As
/// <c>AttentionWorkItem</c> of Parameters.cuh.
/// </summary>
/// <param name="Request">The request's index in the batch; of shared keys any that has them.</param>
/// <param name="FirstRow">The first packed row (query * group + head), counted from the request's first; of shared keys from the step's first.</param>
/// <param name="RowCount">The number of rows.</param>
/// <param name="KeyValueHead">The KV head.</param>
/// <param name="KeyBegin">The first key.</param>
/// <param name="KeyEnd">The key after the last.</param>
/// <param name="PartialSlot">Where the first row's partial state goes; -1: rows go to the output.</param>
/// <param name="IsShared">1: keys that all requests have before their queries, and rows of any of them; else 0.</param>
[StructLayout(LayoutKind.Sequential, Size = WorkItem.Bytes)]
internal readonly record struct WorkItem(int Request, int FirstRow, int RowCount, int KeyValueHead, int KeyBegin, int KeyEnd, int PartialSlot, int IsShared = 0)
{
    public const int Bytes = 32;
}
