// Merges attention over two parts of the keys, each an output and natural log-sum-exps, into attention over both (section 2.2 of
// https://arxiv.org/abs/2501.01005; vLLM's merge_attn_states). A warp takes a row; sums are float32, the result is rounded once.
//
// A log-sum-exp of -infinity says that the part had no key for that row, and so does +infinity, which some kernels return; its
// output is then not read, and the other part's is copied bit by bit. A row without keys in both becomes zeros with -infinity.
#include "Primitives.cuh"

extern "C" __global__ void __launch_bounds__(256) merge_states(const __grid_constant__ MergeStatesParameters p)
{
    Long unit = blockIdx.x * 8ll + (threadIdx.x >> 5);
    if (unit >= (Long)p.tokens * p.heads)
        return;
    int lane = threadIdx.x & 31;
    Long token = unit / p.heads, head = unit % p.heads;
    float prefix = token < p.tokensWithPrefix ? p.prefixLogSumExp[head * p.logSumExpHeadStride + token] : NEGATIVE_INFINITY;
    float suffix = p.suffixLogSumExp[head * p.logSumExpHeadStride + token];
    prefix = prefix == -NEGATIVE_INFINITY ? NEGATIVE_INFINITY : prefix;
    suffix = suffix == -NEGATIVE_INFINITY ? NEGATIVE_INFINITY : suffix;
    bool hasPrefix = prefix != NEGATIVE_INFINITY, hasSuffix = suffix != NEGATIVE_INFINITY;

    float maximum = fmaxf(prefix, suffix);
    float prefixWeight = hasPrefix ? expf(prefix - maximum) : 0, suffixWeight = hasSuffix ? expf(suffix - maximum) : 0;
    float sum = prefixWeight + suffixWeight;
    float prefixShare = prefixWeight / sum, suffixShare = suffixWeight / sum;
    Long from0 = token * p.prefixTokenStride + head * p.prefixHeadStride;
    Long from1 = token * p.suffixTokenStride + head * p.suffixHeadStride;
    Long to = token * p.outputTokenStride + head * p.outputHeadStride;
    __syncwarp();
    for (int i = lane; i < VALUE_HEAD_SIZE; i += 32)
    {
        float x;
        if (hasPrefix && hasSuffix)
            x = loadElement<ELEMENT_TYPE>(p.prefixOutput, from0 + i) * prefixShare + loadElement<ELEMENT_TYPE>(p.suffixOutput, from1 + i) * suffixShare;
        else
            x = hasPrefix ? loadElement<ELEMENT_TYPE>(p.prefixOutput, from0 + i) : hasSuffix ? loadElement<ELEMENT_TYPE>(p.suffixOutput, from1 + i) : 0;
        storeElement<ELEMENT_TYPE>(p.output, to + i, x);
    }
    if (lane == 0 && p.logSumExp != nullptr)
        p.logSumExp[head * p.logSumExpHeadStride + token] = hasPrefix && hasSuffix ? maximum + logf(sum) : hasPrefix ? prefix : suffix;
}
