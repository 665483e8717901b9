// Attention over a paged KV cache for Hopper (sm_90a), for items of up to 128 packed rows: prefills. The design is
// FlashAttention-3's (https://arxiv.org/abs/2407.08608), with work, semantics and results as in PagedAttention.cu: the same items,
// the same cuts, the same partial states. float16 and bfloat16, with a cache of the same type. Trees stay with the other kernel.
//
// Roles. A block of 384 threads stays on a multiprocessor and takes items until there are none. Warpgroup 0 brings data and
// has given its registers to the other two, which compute 64 rows of the item each:
//   warp 0       takes the items, and has the copy engine load tiles of keys and values into two rings of stages
//   warp 1       clears values of keys outside the item's range
//   warps 2, 3   copy the queries of the item's first and last 64 rows
//   warps 4-11   two warpgroups: scores, softmax, output
// Everyone waits for just what it needs, at barriers in shared memory (README.md has a picture). All roles walk through the same
// items and tiles in the same order and count them in the same way, from 0 for the whole launch: use n of a ring of S stages is
// that of stage n % S, in its phase n / S. Nobody tells anybody where it is. Items without keys have no tiles and no queries, and
// do not count for these rings.
//
// Tiles are hopperAttentionTileKeys keys, walked from the last to the first: where some rows do not see all of a tile, that is
// mostly the last one (causal, and ends of requests), whose scores are computed before the loop; the loop's tiles are mostly whole.
// They begin at the item's first key, rounded down to a piece of pieceRows keys, and are loaded by pieces:
// the part of a page in the tile, or without a block table the whole tile, as the request's keys then follow each other.
// One lane issues the copy of one piece. Pieces with none of the item's keys are not loaded and their pages not
// looked up: their rows hold what they held. Scores of keys that a row does not see are replaced by -infinity, so that it does
// not matter what the products are; but weights of 0 times what stands in the values would not be 0 for NaN and infinity. So
// copies of values of a tile with such rows end at a barrier of their own, where warp 1 waits, clears the rows, and only then
// lets the tile appear as loaded.
//
// Shared memory: queries, 1 or 2 buffers (the next item's are copied during this one's); stages of keys, stages of values; what
// is to do, two items; barriers. Tiles consist of panels of 64 columns, [rows][128 bytes], in the 128-byte swizzle of copy engine
// and products: the 16-byte unit u of row r stands at u ^ (r % 8). Products ask only that 8 rows of a panel follow each other.
// Where a head is whole panels, those of 8 rows do, [rows / 8][panels][8][128 bytes], so that one copy brings all columns of a
// piece: the engine takes longer over many small copies than over their bytes. Otherwise, and where there are no pages, panels
// follow each other, [panels][rows][128 bytes]; the engine fills what is missing of head size 96's second panel with zeros.
//
// Products. Scores are queries times keys, both from shared memory. Weights stay in registers: as sums lie there they are the first
// operand of weights times values, whose rows are keys ("transposed" B). Within a warpgroup the next tile's scores are issued
// before this tile's output, so that the softmax of the one runs beside the other. FlashAttention-3 also has its warpgroups issue
// in turn; here that costs 1 to 3 % (docs/results/cuda-attention.md).
//
// Softmax as in PagedAttention.cu: online, in powers of two, with the scale times log2(e) multiplied in after the product, and
// with the sign of the scale in the queries.

#include "HopperLoading.cuh"

// ---- Warps 4 to 11: attention ----

// The descriptor of an operand in the 128-byte swizzle.
__device__ __forceinline__ unsigned long long describe(Word address, int firstDistance, int secondDistance)
{
    return (unsigned long long)((address & 0x3ffff) >> 4) | (unsigned long long)(firstDistance >> 4) << 16 | (unsigned long long)(secondDistance >> 4) << 32 | 1ull << 62;
}

// Issues scores = queries times keys, in steps of 16 of a row's columns.
__device__ __forceinline__ void multiplyKeys(float (&scores)[tileKeys / 2], Word queries, Word keys)
{
    unsigned long long a = describe(queries, 16, 1024), b = describe(keys, 16, keyGroupBytes);
#pragma unroll
    for (int step = 0; step < HEAD_SIZE / 16; step++)
    {
        int panel = step / 4, column = step % 4 * 32;
        multiplyShared<ELEMENT_TYPE, tileKeys>(
            scores, a + ((panel * rowsOfItem * panelRowBytes + column) >> 4), b + ((panel * panelBytes + column) >> 4), step > 0);
    }
}

// Issues output += weights times values, in steps of 16 keys.
__device__ __forceinline__ void multiplyValues(float (&output)[sumColumns / 2], const Word (&weights)[tileKeys / 16][4], Word values)
{
    unsigned long long b = describe(values, panelBytes, valueGroupBytes);
#pragma unroll
    for (int step = 0; step < tileKeys / 16; step++)
        multiplyRegisters<ELEMENT_TYPE, sumColumns>(output, weights[step], b + (step * 2 * valueGroupBytes >> 4));
}

// The two rows of a thread: what they see, and their softmax so far.
struct ThreadRows
{
    Row row[2];
    float maximum[2];
    float sum[2];
};

// Makes weights of a tile's scores, and tells by which factors what was summed before has to be multiplied. True where
// the maximum of one of the thread's rows has changed.
__device__ __forceinline__ bool weigh(
    const AttentionParameters& p, float (&scores)[tileKeys / 2], ThreadRows& rows, float (&corrections)[2], float scale, int firstKey, bool isPartial, int lane)
{
    bool isChanged = false;
#pragma unroll
    for (int half = 0; half < 2; half++)
    {
        if (transformsScores)
        {
#pragma unroll
            for (int n = 0; n < tileKeys / 8; n++)
            {
#pragma unroll
                for (int j = 0; j < 2; j++)
                    scores[n * 4 + half * 2 + j] = transformScore(p, rows.row[half], scores[n * 4 + half * 2 + j], scale, firstKey + n * 8 + (lane & 3) * 2 + j);
            }
        }

        if (isPartial)
        {
            int begin = rows.row[half].firstKey - firstKey - (lane & 3) * 2, end = rows.row[half].endKey - firstKey - (lane & 3) * 2;
#pragma unroll
            for (int n = 0; n < tileKeys / 8; n++)
            {
#pragma unroll
                for (int j = 0; j < 2; j++)
                {
                    if (n * 8 + j < begin || n * 8 + j >= end)
                        scores[n * 4 + half * 2 + j] = NEGATIVE_INFINITY;
                }
            }
        }

        float factor = transformsScores ? 1.0f : scale, largest = NEGATIVE_INFINITY;
#pragma unroll
        for (int n = 0; n < tileKeys / 8; n++)
            largest = fmaxf(largest, fmaxf(scores[n * 4 + half * 2], scores[n * 4 + half * 2 + 1]));
        largest = fmaxf(largest, __shfl_xor_sync(0xffffffff, largest, 1));
        largest = fmaxf(largest, __shfl_xor_sync(0xffffffff, largest, 2));

        float maximum = fmaxf(rows.maximum[half], largest * factor);
        float origin = maximum == NEGATIVE_INFINITY ? 0 : maximum;
        corrections[half] = exp2Fast(rows.maximum[half] - origin);
        isChanged |= maximum != rows.maximum[half];
        rows.maximum[half] = maximum;

        float sum = 0;
#pragma unroll
        for (int n = 0; n < tileKeys / 8; n++)
        {
#pragma unroll
            for (int j = 0; j < 2; j++)
            {
                float weight = exp2Fast(fmaf(scores[n * 4 + half * 2 + j], factor, -origin));
                scores[n * 4 + half * 2 + j] = weight;
                sum += weight;
            }
        }
        rows.sum[half] = rows.sum[half] * corrections[half] + sum;
    }
    return isChanged;
}

// The weights as the first operand of the second product: a step's 16 keys are two neighbouring groups of 8 columns of the sums.
__device__ __forceinline__ void packWeights(const float (&scores)[tileKeys / 2], Word (&weights)[tileKeys / 16][4])
{
#pragma unroll
    for (int step = 0; step < tileKeys / 16; step++)
    {
#pragma unroll
        for (int i = 0; i < 4; i++)
            weights[step][i] = packPair<ELEMENT_TYPE>(scores[step * 8 + i * 2], scores[step * 8 + i * 2 + 1]);
    }
}

// Writes 32 columns of a row of which each lane of four has columns 8n + 2c and 8n + 2c + 1: the four exchange words until lane c
// has all of n = c, 16 bytes.
__device__ __forceinline__ void writeWords(const AttentionParameters& p, Byte* target, Word (&words)[4], bool isReal, int lane)
{
    bool isOdd = lane & 1, isHigh = lane & 2;
#pragma unroll
    for (int n = 0; n < 4; n += 2)
    {
        Word other = __shfl_xor_sync(0xffffffff, isOdd ? words[n] : words[n + 1], 1);
        words[n] = isOdd ? other : words[n];
        words[n + 1] = isOdd ? words[n + 1] : other;
    }
#pragma unroll
    for (int n = 0; n < 2; n++)
    {
        Word other = __shfl_xor_sync(0xffffffff, isHigh ? words[n] : words[n + 2], 2);
        words[n] = isHigh ? other : words[n];
        words[n + 2] = isHigh ? words[n + 2] : other;
    }

    if (!isReal)
        return;
    target += (lane & 3) * 16;
    if (((unsigned long long)target & 15) == 0)
        *(uint4*)target = make_uint4(words[0], words[1], words[2], words[3]);
    else if (p.outputIsAligned)
    {
#pragma unroll
        for (int n = 0; n < 4; n++)
            ((Word*)target)[n] = words[n];
    }
    else
    {
#pragma unroll
        for (int n = 0; n < 4; n++)
        {
            ((Half16*)target)[2 * n] = (Half16)words[n];
            ((Half16*)target)[2 * n + 1] = (Half16)(words[n] >> 16);
        }
    }
}

__device__ __forceinline__ void writeRows(
    const AttentionParameters& p, const Work& work, const float (&output)[sumColumns / 2], const ThreadRows& rows, int firstRow, int lane)
{
#pragma unroll
    for (int half = 0; half < 2; half++)
    {
        float sum = rows.sum[half];
        sum += __shfl_xor_sync(0xffffffff, sum, 1);
        sum += __shfl_xor_sync(0xffffffff, sum, 2);
        int row = firstRow + half * 8 + (lane >> 2);
        bool isReal = row < work.item.rowCount;
        RowTarget target = {0, 0, false};
        if (isReal)
            target = finishRow(p, work.item, work.request.firstToken, row, rows.maximum[half], sum, (lane & 3) == 0);
        __syncwarp();

        // A factor of 0 is that of rows without keys: zeros, whatever was summed.
        if (work.item.partialSlot >= 0)
        {
#pragma unroll
            for (int n = 0; n < VALUE_HEAD_SIZE / 8; n++)
            {
                float low = output[n * 4 + half * 2] * target.factor, high = output[n * 4 + half * 2 + 1] * target.factor;
                if (isReal)
                    *(float2*)(p.partialOutput + target.output + n * 8 + (lane & 3) * 2) = target.factor == 0 ? make_float2(0, 0) : make_float2(low, high);
            }
        }
        else
        {
#pragma unroll
            for (int first = 0; first < VALUE_HEAD_SIZE; first += 32)
            {
                Word words[4];
#pragma unroll
                for (int n = 0; n < 4; n++)
                {
                    int at = (first / 8 + n) * 4 + half * 2;
                    words[n] = target.factor == 0 ? 0 : packPair<ELEMENT_TYPE>(output[at] * target.factor, output[at + 1] * target.factor);
                }
                writeWords(p, (Byte*)((Half16*)p.output + target.output + first), words, isReal, lane);
            }
        }
    }
}

__device__ __forceinline__ void arriveOfWarp(Word barrier, int lane)
{
    if (lane == 0)
        arrive(barrier);
}

__device__ __forceinline__ void attend(const AttentionParameters& p, Byte* memory, Word shared, int warpgroup, int lane)
{
    int firstRow = warpgroup * rowsOfGroup + (threadIdx.x / 32 & 3) * 16;
    float scale = p.scale == 0 ? p.keyScale : fabsf(p.scale) * p.keyScale;
    scale = SOFT_CAP ? scale / p.softCap : scale * LOG2_E;
    Word keyUses = 0, valueUses = 0, queryUses = 0;
#pragma unroll 1
    for (Word number = 0;; number++)
    {
        int slot = number % itemSlots;
        const Work& work = ((const Work*)(memory + workAt))[slot];
        waitPhase(barrierAt(shared, itemsFound + slot), number / itemSlots & 1);
        int tiles = work.tiles;
        if (tiles < 0)
            break;

        // What the warp's rows see: all of them every key from fullFirst to fullEnd.
        ThreadRows rows = {
            {findRow(p, work.item, work.request, firstRow + (lane >> 2)), findRow(p, work.item, work.request, firstRow + 8 + (lane >> 2))},
            {NEGATIVE_INFINITY, NEGATIVE_INFINITY}, {0, 0}};
        int fullFirst = __reduce_max_sync(0xffffffff, max(rows.row[0].firstKey, rows.row[1].firstKey));
        int fullEnd = __reduce_min_sync(0xffffffff, min(rows.row[0].endKey, rows.row[1].endKey));

        float output[sumColumns / 2];
#pragma unroll
        for (int i = 0; i < sumColumns / 2; i++)
            output[i] = 0;

        if (tiles > 0)
        {
            float scores[tileKeys / 2], corrections[2];
            Word weights[tileKeys / 16][4];
#pragma unroll
            for (int i = 0; i < tileKeys / 2; i++)
                scores[i] = 0;

            int buffer = queryUses % queryBuffers, pair = buffer * 2 + warpgroup;
            Word queries = shared + buffer * queryBytes + warpgroup * rowsOfGroup * panelRowBytes;
            waitPhase(barrierAt(shared, queriesLoaded + pair), queryUses / queryBuffers & 1);
            queryUses++;

            // The last tile's weights. The output is still 0: nothing is to be corrected.
            int firstKey = work.firstTileKey + (tiles - 1) * tileKeys, stage = stageOf<keyStages>(keyUses);
            waitPhase(barrierAt(shared, keysLoaded + stage), parityOf<keyStages>(keyUses));
            settle(scores);
            beginProducts();
            multiplyKeys(scores, queries, shared + keysAt + stage * keyBytes);
            commitProducts();
            waitProducts<0>();
            settle(scores);
            arriveOfWarp(barrierAt(shared, keysUsed + stage), lane);
            keyUses++;
            if (tiles == 1)
                arriveOfWarp(barrierAt(shared, queriesUsed + pair), lane);
            weigh(p, scores, rows, corrections, scale, firstKey, firstKey < fullFirst || firstKey + tileKeys > fullEnd, lane);
            packWeights(scores, weights);

            // Each further tile's scores, with the output of the tile that came before it.
#pragma unroll 1
            for (int left = tiles - 1; left > 0; left--)
            {
                int keyStage = stageOf<keyStages>(keyUses), valueStage = stageOf<valueStages>(valueUses);
                firstKey -= tileKeys;
                waitPhase(barrierAt(shared, keysLoaded + keyStage), parityOf<keyStages>(keyUses));
                settle(scores);
                settle(weights);
                settle(output);
                beginProducts();
                multiplyKeys(scores, queries, shared + keysAt + keyStage * keyBytes);
                commitProducts();
                waitPhase(barrierAt(shared, valuesLoaded + valueStage), parityOf<valueStages>(valueUses));
                multiplyValues(output, weights, shared + valuesAt + valueStage * valueBytes);
                commitProducts();

                waitProducts<1>();
                settle(scores);
                arriveOfWarp(barrierAt(shared, keysUsed + keyStage), lane);
                keyUses++;
                if (left == 1)
                    arriveOfWarp(barrierAt(shared, queriesUsed + pair), lane);
                bool isChanged = weigh(p, scores, rows, corrections, scale, firstKey, firstKey < fullFirst || firstKey + tileKeys > fullEnd, lane);

                waitProducts<0>();
                settle(output);
                settle(weights);
                arriveOfWarp(barrierAt(shared, valuesUsed + valueStage), lane);
                valueUses++;
                if (__any_sync(0xffffffff, isChanged))
                {
#pragma unroll
                    for (int i = 0; i < sumColumns / 2; i++)
                        output[i] *= corrections[i >> 1 & 1];
                }
                packWeights(scores, weights);
            }

            // The first tile's output.
            int valueStage = stageOf<valueStages>(valueUses);
            waitPhase(barrierAt(shared, valuesLoaded + valueStage), parityOf<valueStages>(valueUses));
            settle(weights);
            settle(output);
            beginProducts();
            multiplyValues(output, weights, shared + valuesAt + valueStage * valueBytes);
            commitProducts();
            waitProducts<0>();
            settle(output);
            arriveOfWarp(barrierAt(shared, valuesUsed + valueStage), lane);
            valueUses++;
        }

        writeRows(p, work, output, rows, firstRow, lane);
        __syncwarp();
        arriveOfWarp(barrierAt(shared, itemsDone + slot), lane);
    }
}

extern "C" __global__ void __launch_bounds__(384, 1) hopper_attention(const __grid_constant__ HopperParameters p)
{
    extern __shared__ __align__(1024) Byte memory[];
    Word shared = sharedAddress(memory);
    int lane = threadIdx.x & 31;
    if (threadIdx.x == 0)
    {
        for (int i = 0; i < keyStages; i++)
        {
            makeBarrier(barrierAt(shared, keysLoaded + i), 1);
            makeBarrier(barrierAt(shared, keysUsed + i), 8);
        }
        for (int i = 0; i < valueStages; i++)
        {
            makeBarrier(barrierAt(shared, valuesLoaded + i), 1);
            makeBarrier(barrierAt(shared, valuesUsed + i), 8);
            makeBarrier(barrierAt(shared, valuesToClear + i), 1);
        }
        for (int i = 0; i < 2 * queryBuffers; i++)
        {
            makeBarrier(barrierAt(shared, queriesLoaded + i), 32);
            makeBarrier(barrierAt(shared, queriesUsed + i), 4);
        }
        for (int i = 0; i < itemSlots; i++)
        {
            makeBarrier(barrierAt(shared, itemsFound + i), 1);
            makeBarrier(barrierAt(shared, itemsDone + i), itemReaders);
        }
        publishBarriers();
        publishToEngines();
    }
    __syncthreads();

    // The next launch may begin when those before this one have ended.
    waitForEarlierLaunches();
    allowNextLaunch();

    // The same in all lanes, for the compiler too.
    int warp = __shfl_sync(0xffffffff, threadIdx.x / 32, 0);
    if (warp < 4)
    {
        shrinkRegisters<loaderRegisters>();
        if (warp == 0)
            loadTiles(p, memory, shared, lane);
        else if (warp == 1)
            clearValues(memory, shared, lane);
        else
            loadQueries(p.attention, memory, shared, warp - 2, lane);
    }
    else
    {
        growRegisters<computerRegisters>();
        attend(p.attention, memory, shared, warp / 4 - 1, lane);
    }
}
