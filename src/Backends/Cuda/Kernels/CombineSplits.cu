// Merges the partial states of rows whose keys were split between work items (Flash-Decoding's second step,
// https://crfm.stanford.edu/2023/10/12/flashdecoding.html): normalised float32 outputs and log-sum-exps in base 2.
//
// One block of 4 warps a row. Threads take parts to find the largest log-sum-exp and the sum of 2^(lse - largest). Then for
// at most 128 parts at a time each thread leaves one part's share in shared memory, and the warps take every fourth of these
// parts, their lanes 4 columns each, with several loads on their way at once: there are few rows, so what counts is how long
// one row takes. The warps' sums are added in the order of warps. Everything is added in an order that depends on the number
// of parts alone. Parts without a key (-infinity) are not read: what stands there, NaN too, does not count. A head's sink
// is taken in here, once. Rows without any key become zeros with a log-sum-exp of -infinity.
#include "Primitives.cuh"

constexpr int columnSteps = (VALUE_HEAD_SIZE + 127) / 128;

extern "C" __global__ void __launch_bounds__(128, 6) combine_splits(const __grid_constant__ CombineParameters p)
{
    __shared__ float maxima[4], sums[4], shares[128];
    __shared__ __align__(16) float totals[4][VALUE_HEAD_SIZE];
    int thread = threadIdx.x, lane = thread & 31, warp = thread >> 5;
    allowNextLaunch();
    waitForEarlierLaunches();
    int rowsOfItem = max(p.itemCount[1], 1);
    int rows = *p.itemCount * rowsOfItem;
    for (int unit = blockIdx.x; unit < rows; unit += gridDim.x)
    {
        const MergeWorkItem item = p.items[unit / rowsOfItem];
        int row = unit % rowsOfItem, parts = item.sharedCount + item.partCount;
        if (row >= item.rowCount)
            continue;

        auto slot = [&](int part) {
            return row + (part < item.sharedCount ? (Long)item.sharedSlot + (Long)part * item.sharedStride : (Long)item.partialSlot + (Long)(part - item.sharedCount) * item.partStride);
        };
        float maximum = NEGATIVE_INFINITY;
        bool isEmpty = true;
        for (int part = thread; part < parts; part += 128)
        {
            float lse = p.partialLogSumExp[slot(part)];
            maximum = fmaxf(maximum, lse);
            isEmpty &= lse == NEGATIVE_INFINITY;
        }
        for (int distance = 16; distance > 0; distance >>= 1)
            maximum = fmaxf(maximum, __shfl_xor_sync(0xffffffff, maximum, distance));
        if (lane == 0)
            maxima[warp] = maximum;
        isEmpty = __syncthreads_and(isEmpty);
        maximum = fmaxf(fmaxf(maxima[0], maxima[1]), fmaxf(maxima[2], maxima[3]));
        float origin = maximum == NEGATIVE_INFINITY ? 0 : maximum, sum = 0;
        for (int part = thread; part < parts; part += 128)
            sum += exp2f(p.partialLogSumExp[slot(part)] - origin);
        for (int distance = 16; distance > 0; distance >>= 1)
            sum += __shfl_xor_sync(0xffffffff, sum, distance);
        if (lane == 0)
            sums[warp] = sum;
        __syncthreads();
        sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);

        int packed = item.firstRow + row, query = packed / p.group, head = item.keyValueHead * p.group + packed - query * p.group;
        Long token = p.queryStartLoc[item.request] + query;
        float sink = p.sinks != nullptr && !isEmpty ? p.sinks[head] * LOG2_E : NEGATIVE_INFINITY;
        float next = fmaxf(origin, sink), weight = exp2f(origin - next);
        sum = sum * weight + exp2f(sink - next);
        float factor = isEmpty ? 0 : weight / sum;
        if (thread == 0 && p.logSumExp != nullptr)
            p.logSumExp[head * p.logSumExpHeadStride + token * p.logSumExpTokenStride] = isEmpty ? NEGATIVE_INFINITY : (next + log2f(sum)) * LN_2;

        float4 total[columnSteps] = {};
        for (int first = 0; first < parts; first += 128)
        {
            if (first + thread < parts)
            {
                // No share is below 0: that marks a part that is not read.
                float lse = p.partialLogSumExp[slot(first + thread)];
                shares[thread] = lse == NEGATIVE_INFINITY ? -1 : exp2f(lse - origin) * factor;
            }
            __syncthreads();
            int count = min(parts - first, 128);
#pragma unroll
            for (int step = 0; step < columnSteps; step++)
            {
                int column = step * 128 + lane * 4;
                if (column >= VALUE_HEAD_SIZE)
                    break;
#pragma unroll 8
                for (int part = warp; part < count; part += 4)
                {
                    float share = shares[part];
                    float4 x = make_float4(0, 0, 0, 0);
                    if (share >= 0 || share != share)
                        x = *(const float4*)(p.partialOutput + slot(first + part) * VALUE_HEAD_SIZE + column);
                    total[step].x += share * x.x, total[step].y += share * x.y, total[step].z += share * x.z, total[step].w += share * x.w;
                }
            }
            __syncthreads();
        }

#pragma unroll
        for (int step = 0; step < columnSteps; step++)
        {
            if (step * 128 + lane * 4 < VALUE_HEAD_SIZE)
                *(float4*)&totals[warp][step * 128 + lane * 4] = total[step];
        }
        __syncthreads();
        Long target = token * p.outputTokenStride + head * p.outputHeadStride;
        for (int column = thread; column < VALUE_HEAD_SIZE; column += 128)
            storeElement<ELEMENT_TYPE>(p.output, target + column, (totals[0][column] + totals[1][column]) + (totals[2][column] + totals[3][column]));
        __syncthreads();
    }
}
