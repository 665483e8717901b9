// Merges the partial states of rows whose keys were split between work items (Flash-Decoding's second step,
// https://crfm.stanford.edu/2023/10/12/flashdecoding.html): normalised float32 outputs and log-sum-exps in base 2.
//
// One warp a row: its lanes find the largest log-sum-exp and the sum of 2^(lse - largest) over the parts, then the lanes
// take columns and add the parts' outputs, each by its share. A lane adds parts in their order and lanes are added by a fixed
// tree, so the bits do not depend on the grid. Parts without a key (-infinity) are not read: what stands there, NaN too, does
// not count. A head's sink is taken in here, once. Rows without any key become zeros with a log-sum-exp of -infinity.
#include "Primitives.cuh"

extern "C" __global__ void __launch_bounds__(128) combine_splits(const __grid_constant__ CombineParameters p)
{
    int lane = threadIdx.x & 31;
    Long rows = (Long)*p.itemCount * p.rowsPerItem;
    for (Long unit = blockIdx.x * 4ll + (threadIdx.x >> 5); unit < rows; unit += gridDim.x * 4ll)
    {
        const MergeWorkItem& item = p.items[unit / p.rowsPerItem];
        int row = (int)(unit % p.rowsPerItem);
        if (row >= item.rowCount)
            continue;

        const float* logSumExps = p.partialLogSumExp + item.partialSlot + row;
        int parts = item.partCount;
        float maximum = NEGATIVE_INFINITY;
        bool isEmpty = true;
        for (int part = lane; part < parts; part += 32)
        {
            float lse = logSumExps[(Long)part * item.partStride];
            maximum = fmaxf(maximum, lse);
            isEmpty &= lse == NEGATIVE_INFINITY;
        }
        for (int distance = 16; distance > 0; distance >>= 1)
            maximum = fmaxf(maximum, __shfl_xor_sync(0xffffffff, maximum, distance));
        isEmpty = __all_sync(0xffffffff, isEmpty);
        float origin = maximum == NEGATIVE_INFINITY ? 0 : maximum, sum = 0;
        for (int part = lane; part < parts; part += 32)
            sum += exp2f(logSumExps[(Long)part * item.partStride] - origin);
        for (int distance = 16; distance > 0; distance >>= 1)
            sum += __shfl_xor_sync(0xffffffff, sum, distance);

        int packed = item.firstRow + row, query = packed / p.group, head = item.keyValueHead * p.group + packed - query * p.group;
        Long token = p.queryStartLoc[item.request] + query;
        float sink = p.sinks != nullptr && !isEmpty ? p.sinks[head] * LOG2_E : NEGATIVE_INFINITY;
        float next = fmaxf(origin, sink), weight = exp2f(origin - next);
        sum = sum * weight + exp2f(sink - next);
        float factor = isEmpty ? 0 : weight / sum;
        if (lane == 0 && p.logSumExp != nullptr)
            p.logSumExp[head * p.logSumExpHeadStride + token * p.logSumExpTokenStride] = isEmpty ? NEGATIVE_INFINITY : (next + log2f(sum)) * LN_2;

        // A head size is a multiple of 8, and partial rows are aligned to it: lanes take 4 columns at a time.
        Long target = token * p.outputTokenStride + head * p.outputHeadStride;
        for (int column = lane * 4; column < VALUE_HEAD_SIZE; column += 128)
        {
            float4 total = make_float4(0, 0, 0, 0);
#pragma unroll 4
            for (int part = 0; part < parts; part++)
            {
                float lse = logSumExps[(Long)part * item.partStride];
                if (lse == NEGATIVE_INFINITY)
                    continue;
                float share = exp2f(lse - origin) * factor;
                const float4 x = *(const float4*)(p.partialOutput + ((Long)item.partialSlot + row + (Long)part * item.partStride) * VALUE_HEAD_SIZE + column);
                total.x += share * x.x, total.y += share * x.y, total.z += share * x.z, total.w += share * x.w;
            }
            storeElement<ELEMENT_TYPE>(p.output, target + column, total.x);
            storeElement<ELEMENT_TYPE>(p.output, target + column + 1, total.y);
            storeElement<ELEMENT_TYPE>(p.output, target + column + 2, total.z);
            storeElement<ELEMENT_TYPE>(p.output, target + column + 3, total.w);
        }
    }
}
