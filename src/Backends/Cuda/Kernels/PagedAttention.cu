// Attention over a paged KV cache: one persistent kernel for a batch of decodes and prefills together, after vLLM's unified
// attention (https://arxiv.org/abs/2511.11581) and FlashInfer's plan and run (https://arxiv.org/abs/2501.01005).
//
// Work. The host cuts the step into items (AttentionWorkItem): some packed rows of one request and KV head, and a range of
// keys. Blocks of 128 threads take items from lists of their own, or in turn as they become free. Rows are
// (query, head of the group), so that the heads that share a KV head use each key once.
//
// Forms. Both run the same code; what differs is who works together:
//   decode    16 rows. Each of the 4 warps attends to every fourth tile of keys with all 16 rows, and loads these tiles for
//             itself: four independent streams without a block-wide barrier, so that many copies are in flight. At the
//             end the four states (maximum, sum, output) are merged through shared memory, in the order of warps.
//   prefill   PREFILL_ROWS rows, 128 where registers and shared memory suffice for them, else 64. Each warp has 16 or 32 of
//             them; all 128 threads load each tile of keys once, and all warps attend to it. Warps none of whose rows see a
//             tile leave it out.
//
// Loading. A tile is DECODE_KEYS or PREFILL_KEYS keys with their values. Each group of loading threads (a warp, or the block)
// has a ring of stages, filled by cp.async: while one tile is computed the next ones are on their way. Tiles need not
// coincide with pages: for each key of a tile one thread looks the page up, one tile earlier than the copy that uses it and
// with the block table's entry read one tile earlier still, and leaves the key's addresses in shared memory. Keys past the
// item's last are filled with zeros and never read: what stands in their slots, NaN too, cannot leak. With TENSOR_COPIES (Hopper,
// decode form) the copy engine brings tiles instead, a piece of a page at a time; it reads whole pieces, and values beyond the last
// key are cleared. Keys of the decode form leave the level 2 cache first: nobody reads them again.
//
// Shared memory: the queries [rows][HEAD_SIZE], scaled by the sign of the scale; for each group of loading threads its
// stages, each [keys][HEAD_SIZE] keys and [keys][VALUE_HEAD_SIZE] values; the addresses; what each row sees (Row). Rows are an
// odd number of 16-byte units apart, so that the 8 rows of a matrix lie in different banks.
//
// Products are mma.sync: m16n8k16 with bfloat16 or float16 operands, m16n8k8 with tf32 for float32, each float32 operand
// as a sum of two tf32 numbers and each product as three, which keeps some 22 bits. Sums are float32. A float8 cache stays
// as bytes in shared memory and becomes float16 in registers, exactly; bfloat16 queries then become float16 too, each row
// scaled by a power of two so that its largest element is between 1 and 2. ldmatrix works on pairs of bytes there: it
// yields the elements of a row, and the columns of the output, in another order, and the queries are stored in that order
// (queryPlace) and the output is read in it (outputColumn).
//
// Softmax: online, in powers of two, the scale times log2(e) multiplied in after the product. Where the scale is negative
// the queries change their sign instead, so that the largest product is always the largest score. Weights are rounded for
// the second product, but not where they are summed. Rows that see no key, and rows beyond the item's: the first have
// maximum -infinity and sum 0 and become zeros; the others see everything, so that they do not make tiles partial, and are
// never written.
//
// Results: final rows are divided by their sum, with the head's sink in it; partial ones are normalised float32 and a
// log-sum-exp in base 2, to be merged by combine_splits.

#include "PagedLoading.cuh"
#include "PagedProducts.cuh"

// ---- One item ----

// What a warp's rows see: all of them every key from fullFirst to fullEnd, some of them a key from anyFirst to anyEnd.
struct VisibleKeys
{
    int fullFirst;
    int fullEnd;
    int anyFirst;
    int anyEnd;
};

template <class S> __device__ __forceinline__ void synchronizeLoaders()
{
    if constexpr (S::form == FORM_DECODE)
        __syncwarp();
    else
        __syncthreads();
}

template <class S> __device__ __forceinline__ void attend(const KernelParameters& all, const AttentionWorkItem& item, Byte* shared, Word* uses)
{
    const AttentionParameters& p = attentionOf(all);
    constexpr int rowTiles = S::rowTiles, keyTiles = S::keys / 8, columnTiles = valueColumns / 8;
    int lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
    int group = S::form == FORM_DECODE ? warp : 0, thread = S::form == FORM_DECODE ? lane : threadIdx.x;
    int firstRow = S::form == FORM_DECODE ? 0 : warp * 16 * rowTiles;

    Request request = findRequest(p, item.request);
    if (item.isShared)
        request.firstToken = 0;
    int start = p.blockTable == nullptr ? request.firstToken : p.blockStart[item.request];

    // Tiles of this group of loaders: group, group + groups, ...
    int tiles = (item.keyEnd - item.keyBegin + S::keys - 1) / S::keys;
    tiles = (tiles - group + S::groups - 1) / S::groups;
    Byte* ring = shared + S::stagesAt + group * S::stages * S::stageBytes;
    Word ringAddress = sharedAddress(ring);
    auto tileNumber = [&](int i) { return group + i * S::groups; };

#if TENSOR_COPIES
    PageCopies<S> copies(all, item, start, ringAddress, sharedAddress(shared + S::barriersAt) + group * S::stages * 8, uses[group], tiles, lane);
#else
    longlong2* addresses = (longlong2*)(shared + S::addressesAt) + group * 2 * S::keys;

    // Columns that pad a key to a multiple of 16 are multiplied too. They stay 0: copies end before them.
    if constexpr (keyColumns != HEAD_SIZE)
    {
        constexpr int padding = keyColumns == HEAD_SIZE ? 1 : (keyColumns - HEAD_SIZE) * cacheElement;
        for (int i = thread; i < S::stages * S::keys * padding; i += S::loaders)
        {
            int stage = i / (S::keys * padding), row = i / padding % S::keys, column = i % padding;
            ring[stage * S::stageBytes + row * keyPitch + HEAD_SIZE * cacheElement + column] = 0;
        }
    }

    auto load = [&](int stage, const longlong2* keys) {
        loadRows<S, HEAD_SIZE, keyPitch, false>(p, keys, ring + stage * S::stageBytes, ringAddress + stage * S::stageBytes, thread);
        loadRows<S, VALUE_HEAD_SIZE, valuePitch, true>(
            p, keys, ring + stage * S::stageBytes + S::keys * keyPitch, ringAddress + stage * S::stageBytes + S::keys * keyPitch, thread);
    };

    PageEntry entries[S::stages + 1];
#pragma unroll
    for (int i = 0; i <= S::stages; i++)
        entries[i] = lookUpPage<S>(p, item, start, thread, tileNumber(i));
#pragma unroll
    for (int i = 0; i < S::stages; i++)
    {
        keepAddresses<S>(p, item, addresses + (i & 1) * S::keys, thread, entries[i]);
        if (i == S::stages - 1)
            break;
        synchronizeLoaders<S>();
        if (i < tiles)
            load(i, addresses + (i & 1) * S::keys);
        commitCopies();
    }
    PageEntry next = entries[S::stages];
#endif

    // The rows, each found by one thread.
    Row* rows = (Row*)(shared + S::rowsAt);
    if (threadIdx.x < S::rows)
        rows[threadIdx.x] = findRow(p, item, request, threadIdx.x);
    loadQueries<S>(p, item, request.firstToken, shared, rows, threadIdx.x);
    __syncthreads();

    VisibleKeys found = {0, 0x7fffffff, 0x7fffffff, 0};
    if (lane < 16 * rowTiles && firstRow + lane < item.rowCount)
    {
        const Row& row = rows[firstRow + lane];
        found.anyFirst = found.fullFirst = row.firstKey;
        found.anyEnd = row.endKey;
        found.fullEnd = TREE_MASK && row.ancestors != 0 ? min(row.endKey, row.computedKeys) : row.endKey;
    }
    found.fullFirst = __reduce_max_sync(0xffffffff, found.fullFirst);
    found.fullEnd = __reduce_min_sync(0xffffffff, found.fullEnd);
    found.anyFirst = __reduce_min_sync(0xffffffff, found.anyFirst);
    found.anyEnd = __reduce_max_sync(0xffffffff, found.anyEnd);

    // Registers are for tiles of many rows.
    __shared__ VisibleKeys visible[4];
    if (S::form == FORM_PREFILL && lane == 0)
        visible[warp] = found;
    __syncwarp();

    Word queries = sharedAddress(shared) + firstRow * queryPitch;
    Word kept[S::keepsQueries ? keyColumns / 16 : 1][4];
    if constexpr (S::keepsQueries)
    {
#pragma unroll
        for (int step = 0; step < keyColumns / 16; step++)
            loadMatrices(queries + (lane & 15) * queryPitch + step * 32 + (lane >> 4) * 16, kept[step]);
    }

    float scale = p.scale == 0 ? p.keyScale : fabsf(p.scale) * p.keyScale;
    scale = SOFT_CAP ? scale / p.softCap : scale * LOG2_E;
    float scales[rowTiles][2];
#pragma unroll
    for (int tile = 0; tile < rowTiles; tile++)
    {
#pragma unroll
        for (int half = 0; half < 2; half++)
            scales[tile][half] = scalesRows ? scale * __int_as_float((127 + exponentOf(rows[firstRow + tile * 16 + half * 8 + (lane >> 2)].magnitude)) << 23) : scale;
    }

    float output[rowTiles][columnTiles][4] = {};
    float maxima[rowTiles][2], sums[rowTiles][2];
#pragma unroll
    for (int tile = 0; tile < rowTiles; tile++)
        maxima[tile][0] = maxima[tile][1] = NEGATIVE_INFINITY, sums[tile][0] = sums[tile][1] = 0;

#if TENSOR_COPIES
    int stage = uses[group] % S::stages;
#else
    int stage = 0;
#endif
#pragma unroll 1
    for (int i = 0; i < tiles; i++)
    {
#if TENSOR_COPIES
        copies.wait(i, stage);
        copies.start(i + S::stages - 1, stage == 0 ? S::stages - 1 : stage - 1);
#else
        waitCopies<S::stages - 2>();
        synchronizeLoaders<S>();
        int ahead = i + S::stages - 1, aheadStage = stage == 0 ? S::stages - 1 : stage - 1;
        if (ahead < tiles)
            load(aheadStage, addresses + (ahead & 1) * S::keys);
        commitCopies();
        keepAddresses<S>(p, item, addresses + (ahead + 1 & 1) * S::keys, thread, next);
        next = lookUpPage<S>(p, item, start, thread, tileNumber(ahead + 2));
#endif

        const Byte* keyTile = ring + stage * S::stageBytes;
        const Byte* valueTile = keyTile + S::keys * keyPitch;
        Word keyAddress = ringAddress + stage * S::stageBytes, valueAddress = keyAddress + S::keys * keyPitch;
        stage = stage + 1 == S::stages ? 0 : stage + 1;
        int firstKey = item.keyBegin + tileNumber(i) * S::keys;
        VisibleKeys sees = S::form == FORM_PREFILL ? visible[warp] : found;
        if (firstKey >= sees.anyEnd || firstKey + S::keys <= sees.anyFirst)
            continue;
#if TENSOR_COPIES
        copies.clearValuesFrom(item.keyEnd - firstKey, ring + (valueAddress - ringAddress));
#endif

        float scores[rowTiles][keyTiles][4] = {};
        multiplyKeys<S>(scores, kept, queries, keyTile, keyAddress, lane);

        bool isPartial = firstKey < sees.fullFirst || firstKey + S::keys > sees.fullEnd;
        float corrections[rowTiles][2];
        bool isChanged = false;
#pragma unroll
        for (int tile = 0; tile < rowTiles; tile++)
        {
#pragma unroll
            for (int half = 0; half < 2; half++)
            {
                if (transformsScores || isPartial)
                {
                    Row row = rows[firstRow + tile * 16 + half * 8 + (lane >> 2)];
#pragma unroll
                    for (int n = 0; n < keyTiles; n++)
                    {
#pragma unroll
                        for (int j = 0; j < 2; j++)
                        {
                            int key = firstKey + n * 8 + (lane & 3) * 2 + j;
                            float& score = scores[tile][n][half * 2 + j];
                            if (transformsScores)
                                score = transformScore(p, row, score, scales[tile][half], key);
                            if (isPartial && !seesKey(p, row, key))
                                score = NEGATIVE_INFINITY;
                        }
                    }
                }

                float factor = transformsScores ? 1.0f : scales[tile][half], largest = NEGATIVE_INFINITY;
#pragma unroll
                for (int n = 0; n < keyTiles; n++)
                    largest = fmaxf(largest, fmaxf(scores[tile][n][half * 2], scores[tile][n][half * 2 + 1]));
                largest = fmaxf(largest, __shfl_xor_sync(0xffffffff, largest, 1));
                largest = fmaxf(largest, __shfl_xor_sync(0xffffffff, largest, 2));

                float maximum = fmaxf(maxima[tile][half], largest * factor);
                float origin = maximum == NEGATIVE_INFINITY ? 0 : maximum;
                corrections[tile][half] = exp2Fast(maxima[tile][half] - origin);
                isChanged |= maximum != maxima[tile][half];
                maxima[tile][half] = maximum;

                float sum = 0;
#pragma unroll
                for (int n = 0; n < keyTiles; n++)
                {
#pragma unroll
                    for (int j = 0; j < 2; j++)
                    {
                        float weight = exp2Fast(fmaf(scores[tile][n][half * 2 + j], factor, -origin));
                        scores[tile][n][half * 2 + j] = weight;
                        sum += weight;
                    }
                }
                sums[tile][half] = sums[tile][half] * corrections[tile][half] + sum;
            }
        }

        if (__any_sync(0xffffffff, isChanged))
        {
#pragma unroll
            for (int tile = 0; tile < rowTiles; tile++)
            {
#pragma unroll
                for (int n = 0; n < columnTiles; n++)
                {
#pragma unroll
                    for (int j = 0; j < 4; j++)
                        output[tile][n][j] *= corrections[tile][j >> 1];
                }
            }
        }
        multiplyValues<S>(output, scores, valueTile, valueAddress, lane);
    }

#pragma unroll
    for (int tile = 0; tile < rowTiles; tile++)
    {
#pragma unroll
        for (int half = 0; half < 2; half++)
        {
            sums[tile][half] += __shfl_xor_sync(0xffffffff, sums[tile][half], 1);
            sums[tile][half] += __shfl_xor_sync(0xffffffff, sums[tile][half], 2);
        }
    }
#if TENSOR_COPIES
    if (lane == 0)
        uses[group] += tiles;
#else
    waitCopies<0>();
#endif

    if constexpr (S::form == FORM_PREFILL)
    {
#pragma unroll
        for (int tile = 0; tile < rowTiles; tile++)
        {
#pragma unroll
            for (int half = 0; half < 2; half++)
            {
                int row = firstRow + tile * 16 + half * 8 + (lane >> 2);
                if (row >= item.rowCount)
                    continue;
                RowTarget target = finishRow(p, item, request.firstToken, row, maxima[tile][half], sums[tile][half], (lane & 3) == 0);
#pragma unroll
                for (int n = 0; n < columnTiles; n += hasFloat8Cache && !usesTf32 ? 2 : 1)
                {
                    int column = outputColumn(n, lane, 0);
                    if (column >= VALUE_HEAD_SIZE)
                        continue;
                    if constexpr (hasFloat8Cache && !usesTf32)
                    {
                        writePair(p, target, column, output[tile][n][half * 2], output[tile][n + 1][half * 2]);
                        writePair(p, target, column + 2, output[tile][n][half * 2 + 1], output[tile][n + 1][half * 2 + 1]);
                    }
                    else
                        writePair(p, target, column, output[tile][n][half * 2], output[tile][n][half * 2 + 1]);
                }
            }
        }
    }
    else
    {
        // The states of the four warps: maxima and sums where the addresses were, outputs where the stages were.
        constexpr int pitch = valueColumns + 4;
        float* states = (float*)(shared + S::addressesAt);   // 512 bytes
        __syncthreads();
        if ((lane & 3) == 0)
        {
#pragma unroll
            for (int half = 0; half < 2; half++)
            {
                states[(warp * 16 + half * 8 + (lane >> 2)) * 2] = maxima[0][half];
                states[(warp * 16 + half * 8 + (lane >> 2)) * 2 + 1] = sums[0][half];
            }
        }
        float* kept = (float*)ring;
#pragma unroll
        for (int n = 0; n < columnTiles; n++)
        {
#pragma unroll
            for (int half = 0; half < 2; half++)
            {
#pragma unroll
                for (int j = 0; j < 2; j++)
                    kept[(half * 8 + (lane >> 2)) * pitch + outputColumn(n, lane, j)] = output[0][n][half * 2 + j];
            }
        }
#if TENSOR_COPIES
        publishToEngines();
#endif
        __syncthreads();
#pragma unroll 1
        for (int row = warp; row < item.rowCount; row += 4)
        {
            float maximum = NEGATIVE_INFINITY, sum = 0, weights[4];
#pragma unroll
            for (int part = 0; part < 4; part++)
                maximum = fmaxf(maximum, states[(part * 16 + row) * 2]);
            float origin = maximum == NEGATIVE_INFINITY ? 0 : maximum;
#pragma unroll
            for (int part = 0; part < 4; part++)
            {
                weights[part] = exp2f(states[(part * 16 + row) * 2] - origin);
                sum += states[(part * 16 + row) * 2 + 1] == 0 ? 0 : states[(part * 16 + row) * 2 + 1] * weights[part];
            }

            RowTarget target = finishRow(p, item, request.firstToken, row, maximum, sum, lane == 0);
            for (int column = lane * 2; column < VALUE_HEAD_SIZE; column += 64)
            {
                float low = 0, high = 0;
#pragma unroll
                for (int part = 0; part < 4; part++)
                {
                    const float* state = (const float*)(shared + S::stagesAt + part * S::stages * S::stageBytes) + row * pitch + column;
                    low += state[0] * weights[part];
                    high += state[1] * weights[part];
                }
                writePair(p, target, column, low, high);
            }
        }
    }
}

extern "C" __global__ void __launch_bounds__(128, BLOCKS_PER_SM) paged_attention(const __grid_constant__ KernelParameters all)
{
    extern __shared__ __align__(TENSOR_COPIES ? 1024 : 128) Byte shared[];
    const AttentionParameters& p = attentionOf(all);
    __shared__ int nextItem, endItem, takesTurns;
    __shared__ AttentionWorkItem work;
    __shared__ Word uses[4];    // of each warp's stages, by the copy engine, since the block began
    if (threadIdx.x == 0)
    {
        takesTurns = p.tickets[2];
        nextItem = takesTurns ? (int)atomicAdd(p.tickets, 1) : p.firstItem[blockIdx.x];
        endItem = takesTurns ? *p.itemCount : min(p.firstItem[blockIdx.x + 1], *p.itemCount);
#if TENSOR_COPIES
        for (int i = 0; i < 4 * Decode::stages; i++)
            makeBarrier(sharedAddress(shared + Decode::barriersAt) + i * 8, 1);
        for (int warp = 0; warp < 4; warp++)
            uses[warp] = 0;
        publishBarriers();
        publishToEngines();
        prefetchTensor(&all.keys);
        prefetchTensor(&all.values);
#endif
    }
    if (!p.overlapsPrevious)
        waitForEarlierLaunches();
    allowNextLaunch();

    while (true)
    {
        __syncthreads();
        int item = nextItem;
        if (item >= endItem)
            break;
        if (threadIdx.x < sizeof(AttentionWorkItem) / 4)
            ((int*)&work)[threadIdx.x] = ((const int*)(p.items + item))[threadIdx.x];
        __syncthreads();
        if constexpr (forms == 3)
        {
            if (work.rowCount <= 16)
                attend<Decode>(all, work, shared, uses);
            else
                attend<Prefill>(all, work, shared, uses);
        }
        else if constexpr (forms == 1)
            attend<Decode>(all, work, shared, uses);
        else
            attend<Prefill>(all, work, shared, uses);
        if (threadIdx.x == 0)
            nextItem = takesTurns ? (int)atomicAdd(p.tickets, 1) : nextItem + 1;
    }

    // The last block to come here leaves the numbers as it found them.
    if (takesTurns && threadIdx.x == 0 && atomicInc(p.tickets + 1, gridDim.x - 1) == gridDim.x - 1)
        atomicExch(p.tickets, 0);
    if (p.overlapsPrevious)
        waitForEarlierLaunches();
}
