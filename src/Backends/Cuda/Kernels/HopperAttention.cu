// Attention of long queries over a paged KV cache on Hopper, after FlashAttention-3 (https://arxiv.org/abs/2407.08608): one warp
// loads, two warpgroups multiply, and what each of them waits for is its own.
//
// Work is what PagedAttention.cu takes: items of up to 128 packed rows of one request and KV head with a range of keys, in lists
// of each block's own or taken one by one. Elements are float16 or bfloat16, and the cache has the same type.
//
// Who does what, of the 3 warpgroups of a block:
//   producer    warp 0 finds the next item and has the tensor memory engine bring its tiles of keys and values, as far ahead as
//               there are stages; warp 1 cleans (below); the others end. They give most of their registers away.
//   consumers   each has 64 rows of the item. It puts its queries into shared memory, and for each tile multiplies them with the
//               keys, updates the softmax in registers, and multiplies the weights, still in registers, with the values.
//
//      warp 0    K0   K1 V0   K2 V1   ...            each arrow of data is a pair of barriers: full (bytes have come) and
//                 |    |  |    |  |                  empty (all 8 consumer warps are done with the stage)
//      consumer   S0   S1 O0   S2 O1  ...  On
//                 softmax 0  softmax 1             S(i + 1) and O(i) are issued together: the softmax of tile i + 1 runs while
//                                                  the values of tile i are multiplied (but not where heads are larger than 192)
//
// The two consumers take turns in issuing products (TAKES_TURNS), so that one's softmax falls into the other's products.
//
// Tiles are TILE_KEYS keys, and begin at a multiple of pieceRows. A piece is a run of keys in one page: one copy brings 64 columns
// of it, 128 bytes a row, into a panel of the tile, swizzled by 128 bytes as products expect it. As the pattern repeats every 8
// rows, pieces of any multiple of 8 rows make up a tile. Pages with no key of the item are not loaded, and not looked up.
//
// Cleaning: slots of a loaded page that are not the item's keys, and rows that were not loaded, hold anything, NaN too. Their
// scores are replaced, but a weight of 0 times NaN is NaN: so warp 1 overwrites these rows of values with zeros before consumers
// see the tile. That concerns an item's first and last tile alone.
//
// Head sizes that are no multiple of 64 are padded to one by the tensor memory engine, with the zeros it writes beyond a tensor.

#include "HopperInstructions.cuh"
#include "Rows.cuh"

// ---- What is compiled ----

constexpr int panelBytes = 128;
constexpr int queryRows = 128;
constexpr int keyPanels = (HEAD_SIZE + 63) / 64;
constexpr int valuePanels = (VALUE_HEAD_SIZE + 63) / 64;
constexpr int outputColumns = valuePanels == 3 ? 256 : valuePanels * 64;

#ifndef TILE_KEYS
#define TILE_KEYS (HEAD_SIZE > 192 || VALUE_HEAD_SIZE > 128 ? 64 : 128)
#endif
#ifndef STAGES
#define STAGES 2
#endif
#ifndef TAKES_TURNS
#define TAKES_TURNS 1
#endif

constexpr int tileKeys = TILE_KEYS;
constexpr int keyTileBytes = keyPanels * tileKeys * panelBytes;
constexpr int valueTileBytes = outputColumns / 64 * tileKeys * panelBytes;

constexpr int keysAt = keyPanels * queryRows * panelBytes;
constexpr int valuesAt = keysAt + STAGES * keyTileBytes;
constexpr int barriersAt = valuesAt + STAGES * valueTileBytes;
constexpr int fullKeysAt = barriersAt, emptyKeysAt = fullKeysAt + 8 * STAGES, fullValuesAt = emptyKeysAt + 8 * STAGES,
              emptyValuesAt = fullValuesAt + 8 * STAGES, uncleanAt = emptyValuesAt + 8 * STAGES;
constexpr int fullWorkAt = uncleanAt + 8 * STAGES, emptyWorkAt = fullWorkAt + 16, workAt = emptyWorkAt + 16;

// What shared memory begins at is a multiple of 16 alone.
constexpr int sharedBytes = workAt + 2 * sizeof(AttentionWorkItem) + 1024;

// With two tiles under way at once, registers hold the scores of one and the weights of the other. Beside an output of 256 columns
// there is no room for both.
constexpr bool overlaps = outputColumns <= 128;

constexpr int consumerWarps = 8, producerRegisters = 40, consumerRegisters = 232;

static_assert(ELEMENT_TYPE != ELEMENT_FLOAT32 && CACHE_TYPE == ELEMENT_TYPE, "Elements are float16 or bfloat16, in the cache too.");
static_assert(sharedBytes <= 227 * 1024, "The tiles of this head size do not fit into shared memory.");
static_assert(workAt % 16 == 0, "Work is copied by 16 bytes.");

extern "C" __device__ int hopperAttentionSharedBytes = sharedBytes;
extern "C" __device__ int hopperAttentionTileKeys = tileKeys;
extern "C" __device__ int hopperAttentionRows = queryRows;

// ---- Descriptors of shared memory, swizzled by 128 bytes ----

__device__ __forceinline__ unsigned long long descriptor(Word address, int leadingBytes, int strideBytes)
{
    return (unsigned long long)(address >> 4 & 0x3fff) | (unsigned long long)(leadingBytes >> 4) << 16 | (unsigned long long)(strideBytes >> 4) << 32 | 1ull << 62;
}

// Rows of 64 elements, of which 16 are multiplied: groups of 8 rows follow each other. The leading stride is not used.
__device__ __forceinline__ unsigned long long describeRows(Word address) { return descriptor(address, 16, 8 * panelBytes); }

// 16 rows, of which the columns are multiplied: a panel of 64 columns is panelStride bytes from the next.
__device__ __forceinline__ unsigned long long describeColumns(Word address, int panelStride) { return descriptor(address, panelStride, 8 * panelBytes); }

// ---- Items ----

struct Tiles
{
    int firstKey;        // of the first tile, before the item's first key by less than a piece
    int count;
};

__device__ __forceinline__ Tiles tilesOf(const AttentionWorkItem& item, bool hasPages, int pieceRows)
{
    Tiles tiles = {hasPages ? item.keyBegin / pieceRows * pieceRows : item.keyBegin, 0};
    if (item.keyEnd > item.keyBegin)
        tiles.count = (item.keyEnd - tiles.firstKey + tileKeys - 1) / tileKeys;
    return tiles;
}

__device__ __forceinline__ bool isUnclean(const AttentionWorkItem& item, int firstKey) { return firstKey < item.keyBegin || firstKey + tileKeys > item.keyEnd; }

// Where a ring stands: the tile it is at, counted over all items.
struct RingPlace
{
    int stage, parity;

    __device__ __forceinline__ void advance()
    {
        if (++stage == STAGES)
        {
            stage = 0;
            parity ^= 1;
        }
    }
};

__device__ __forceinline__ void copyWork(AttentionWorkItem* target, const AttentionWorkItem* source)
{
    ((uint4*)target)[0] = ((const uint4*)source)[0];
    ((uint4*)target)[1] = ((const uint4*)source)[1];
}

// ---- Loading ----

// Has a tile's pieces brought, by the lanes of a warp in parallel.
template <int Panels> __device__ __forceinline__ void loadTile(
    const HopperParameters& p, const TensorMap* map, const AttentionWorkItem& item, const int* blockTable, int firstToken, int firstKey, Word target, Word full, int lane)
{
    int pieceRows = p.pieceRows, pieces = tileKeys / pieceRows;

    // Of the pieces with a key of the item.
    int firstPiece = firstKey >= item.keyBegin ? 0 : (item.keyBegin - firstKey) / pieceRows;
    int endPiece = min(pieces, (item.keyEnd - firstKey + pieceRows - 1) / pieceRows);
    if (lane == 0)
        arriveExpecting(full, (endPiece - firstPiece) * Panels * pieceRows * panelBytes);
    __syncwarp();
#pragma unroll 1
    for (int i = lane; i < (endPiece - firstPiece) * Panels; i += 32)
    {
        int piece = firstPiece + i / Panels, panel = i % Panels, key = firstKey + piece * pieceRows;
        int row = firstToken + key, page = 0;
        if (blockTable != nullptr)
        {
            int block = (unsigned)key / (unsigned)p.attention.pageSize;
            page = blockTable[block];
            row = key - block * p.attention.pageSize;
        }
        loadBox(target + panel * tileKeys * panelBytes + piece * pieceRows * panelBytes, map, full, panel * 64, row, item.keyValueHead, page);
    }
}

__device__ __forceinline__ void produce(const HopperParameters& p, AttentionWorkItem* work, Word shared, int lane)
{
    const AttentionParameters& a = p.attention;
    bool hasPages = a.blockTable != nullptr;
    int count = *a.itemCount, next = a.firstItem != nullptr ? a.firstItem[blockIdx.x] : blockIdx.x;
    int end = a.firstItem != nullptr ? min(a.firstItem[blockIdx.x + 1], count) : count;
    RingPlace keyPlace = {0, 1}, valuePlace = {0, 1};
    int slot = 0, slotParity = 1;
    prefetchTensorMap(&p.keys);
    prefetchTensorMap(&p.values);
    while (true)
    {
        waitForPhase(shared + emptyWorkAt + 8 * slot, slotParity);
        AttentionWorkItem& item = work[slot];
        if (lane == 0)
        {
            if (next < end)
                copyWork(&item, a.items + next);
            else
                item.rowCount = 0;
            arrive(shared + fullWorkAt + 8 * slot);
        }
        __syncwarp();
        slot ^= 1;
        slotParity ^= slot == 0;
        if (next >= end)
            break;

        Tiles tiles = tilesOf(item, hasPages, p.pieceRows);
        const int* blockTable = hasPages ? a.blockTable + a.blockStart[item.request] : nullptr;
        int firstToken = hasPages ? 0 : a.queryStartLoc[item.request];

        // Keys one tile before values: consumers multiply them in this order.
#pragma unroll 1
        for (int i = 0; i <= tiles.count; i++)
        {
            int firstKey = tiles.firstKey + i * tileKeys;
            if (i < tiles.count)
            {
                waitForPhase(shared + emptyKeysAt + 8 * keyPlace.stage, keyPlace.parity);
                loadTile<keyPanels>(p, &p.keys, item, blockTable, firstToken, firstKey, shared + keysAt + keyPlace.stage * keyTileBytes, shared + fullKeysAt + 8 * keyPlace.stage, lane);
                keyPlace.advance();
            }
            if (i > 0)
            {
                firstKey -= tileKeys;
                waitForPhase(shared + emptyValuesAt + 8 * valuePlace.stage, valuePlace.parity);
                Word full = shared + (isUnclean(item, firstKey) ? uncleanAt : fullValuesAt) + 8 * valuePlace.stage;
                loadTile<valuePanels>(p, &p.values, item, blockTable, firstToken, firstKey, shared + valuesAt + valuePlace.stage * valueTileBytes, full, lane);
                valuePlace.advance();
            }
        }

        if (a.firstItem != nullptr)
            next++;
        else
        {
            if (lane == 0)
                next = gridDim.x + atomicAdd(a.tickets, 1);
            next = __shfl_sync(0xffffffff, next, 0);
        }
    }

    // The last block to come here leaves the numbers as it found them.
    if (a.firstItem == nullptr && lane == 0 && atomicInc(a.tickets + 1, gridDim.x - 1) == gridDim.x - 1)
        atomicExch(a.tickets, 0);
}

__device__ __forceinline__ void clean(const HopperParameters& p, const AttentionWorkItem* work, Byte* memory, Word shared, int lane)
{
    bool hasPages = p.attention.blockTable != nullptr;
    int stage = 0, slot = 0, slotParity = 0;
    Word parities = 0;
    while (true)
    {
        waitForPhase(shared + fullWorkAt + 8 * slot, slotParity);
        const AttentionWorkItem& item = work[slot];
        if (item.rowCount == 0)
            return;

        Tiles tiles = tilesOf(item, hasPages, p.pieceRows);
        for (int i = 0; i < tiles.count; i++)
        {
            int firstKey = tiles.firstKey + i * tileKeys;
            if (isUnclean(item, firstKey))
            {
                waitForPhase(shared + uncleanAt + 8 * stage, parities >> stage & 1);
                parities ^= 1u << stage;
                for (int row = 0; row < tileKeys; row++)
                {
                    int key = firstKey + row;
                    if (key >= item.keyBegin && key < item.keyEnd)
                        continue;
                    for (int chunk = lane; chunk < valuePanels * 8; chunk += 32)
                        *(uint4*)(memory + valuesAt + stage * valueTileBytes + (chunk >> 3) * tileKeys * panelBytes + row * panelBytes + (chunk & 7) * 16) = make_uint4(0, 0, 0, 0);
                }
                publishShared();
                __syncwarp();
                if (lane == 0)
                    arrive(shared + fullValuesAt + 8 * stage);
            }
            if (++stage == STAGES)
                stage = 0;
        }

        __syncwarp();
        if (lane == 0)
            arrive(shared + emptyWorkAt + 8 * slot);
        slot ^= 1;
        slotParity ^= slot == 0;
    }
}

// ---- Attending ----

// A warpgroup's 64 rows of queries, times the sign of the scale; zeros beyond the rows and columns there are.
__device__ __forceinline__ void storeQueries(const AttentionParameters& p, const AttentionWorkItem& item, int firstToken, int firstRow, Byte* queries, int thread)
{
    constexpr int pieces = keyPanels * 8;
    float sign = p.scale < 0 ? -1.0f : p.scale == 0 ? 0.0f : 1.0f;
#pragma unroll 2
    for (int i = thread; i < 64 * pieces; i += 128)
    {
        int row = firstRow + i / pieces, piece = i % pieces;
        float x[8] = {};
        if (row < item.rowCount && piece * 8 < HEAD_SIZE)
        {
            int packed = item.firstRow + row, query = packed / p.group, head = item.keyValueHead * p.group + packed - query * p.group;
            loadEight<ELEMENT_TYPE>(p.query, (firstToken + query) * p.queryTokenStride + head * p.queryHeadStride + piece * 8, p.queryIsAligned, x);
        }
        Word word[4];
#pragma unroll
        for (int k = 0; k < 4; k++)
            word[k] = packPair<ELEMENT_TYPE>(x[2 * k] * sign, x[2 * k + 1] * sign);
        *(uint4*)(queries + (piece >> 3) * queryRows * panelBytes + row * panelBytes + ((piece ^ row) & 7) * 16) = make_uint4(word[0], word[1], word[2], word[3]);
    }
    publishShared();
}

__device__ __forceinline__ void multiplyKeys(float (&scores)[tileKeys / 2], Word queries, Word keys)
{
#pragma unroll
    for (int step = 0; step < (HEAD_SIZE + 15) / 16; step++)
    {
        int panel = step / 4, bytes = step % 4 * 32;
        multiplyShared<ELEMENT_TYPE, tileKeys>(
            scores, describeRows(queries + panel * queryRows * panelBytes + bytes), describeRows(keys + panel * tileKeys * panelBytes + bytes), step > 0);
    }
}

__device__ __forceinline__ void multiplyValues(float (&output)[outputColumns / 2], const Word (&weights)[tileKeys / 16][4], Word values)
{
#pragma unroll
    for (int step = 0; step < tileKeys / 16; step++)
        multiplyRegisters<ELEMENT_TYPE, outputColumns>(output, weights[step], describeColumns(values + step * 16 * panelBytes, tileKeys * panelBytes), true);
}

// One of a thread's two rows, over all tiles.
struct Softmax
{
    float maximum, sum, correction;
};

// Turns a tile's scores into weights, as floats in their place.
__device__ __forceinline__ void updateSoftmax(
    const AttentionParameters& p, float (&scores)[tileKeys / 2], Softmax (&state)[2], const Row (&rows)[2], float scale, int firstKey, bool isPartial, int lane)
{
#pragma unroll
    for (int half = 0; half < 2; half++)
    {
        if (transformsScores || isPartial)
        {
#pragma unroll
            for (int n = 0; n < tileKeys / 8; n++)
            {
#pragma unroll
                for (int j = 0; j < 2; j++)
                {
                    int key = firstKey + n * 8 + (lane & 3) * 2 + j;
                    float& score = scores[n * 4 + half * 2 + j];
                    if (transformsScores)
                        score = transformScore(p, rows[half], score, scale, key);
                    if (isPartial && !seesKey(p, rows[half], key))
                        score = NEGATIVE_INFINITY;
                }
            }
        }

        float factor = transformsScores ? 1.0f : scale, largest = NEGATIVE_INFINITY;
#pragma unroll
        for (int n = 0; n < tileKeys / 8; n++)
            largest = fmaxf(largest, fmaxf(scores[n * 4 + half * 2], scores[n * 4 + half * 2 + 1]));
        largest = fmaxf(largest, __shfl_xor_sync(0xffffffff, largest, 1));
        largest = fmaxf(largest, __shfl_xor_sync(0xffffffff, largest, 2));

        Softmax& x = state[half];
        float maximum = fmaxf(x.maximum, largest * factor), origin = maximum == NEGATIVE_INFINITY ? 0 : maximum, sum = 0;
        x.correction = exp2Fast(x.maximum - origin);
        x.maximum = maximum;
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
        x.sum = x.sum * x.correction + sum;
    }
}

__device__ __forceinline__ void packWeights(Word (&weights)[tileKeys / 16][4], const float (&scores)[tileKeys / 2])
{
#pragma unroll
    for (int step = 0; step < tileKeys / 16; step++)
    {
#pragma unroll
        for (int i = 0; i < 4; i++)
            weights[step][i] = packPair<ELEMENT_TYPE>(scores[step * 8 + 2 * i], scores[step * 8 + 2 * i + 1]);
    }
}

__device__ __forceinline__ void rescale(float (&output)[outputColumns / 2], const Softmax (&state)[2])
{
#pragma unroll
    for (int n = 0; n < outputColumns / 8; n++)
    {
        output[n * 4] *= state[0].correction;
        output[n * 4 + 1] *= state[0].correction;
        output[n * 4 + 2] *= state[1].correction;
        output[n * 4 + 3] *= state[1].correction;
    }
}

// A warpgroup's place in the rings, and its turns.
struct Consumer
{
    Word shared;
    int group, lane;
    bool takesTurns;
    RingPlace keys, values;

    __device__ __forceinline__ Word waitForKeys() const
    {
        waitForPhase(shared + fullKeysAt + 8 * keys.stage, keys.parity);
        return shared + keysAt + keys.stage * keyTileBytes;
    }

    __device__ __forceinline__ Word waitForValues() const
    {
        waitForPhase(shared + fullValuesAt + 8 * values.stage, values.parity);
        return shared + valuesAt + values.stage * valueTileBytes;
    }

    __device__ __forceinline__ void releaseKeys()
    {
        if (lane == 0)
            arrive(shared + emptyKeysAt + 8 * keys.stage);
        keys.advance();
    }

    __device__ __forceinline__ void releaseValues()
    {
        if (lane == 0)
            arrive(shared + emptyValuesAt + 8 * values.stage);
        values.advance();
    }

    // Barriers 3 and 4 are the turns of the two. Each takes as many as the other: one a tile of an item that both have rows of.
    __device__ __forceinline__ void takeTurn() const
    {
        if (TAKES_TURNS && takesTurns)
            synchronizeThreads(3 + group, 256);
    }

    __device__ __forceinline__ void passTurn() const
    {
        if (TAKES_TURNS && takesTurns)
            arriveThreads(4 - group, 256);
    }

    // A tile that no row of the warpgroup sees a key of.
    __device__ __forceinline__ void skip(int tiles)
    {
        for (int i = 0; i < tiles; i++)
        {
            takeTurn();
            passTurn();
            waitForKeys();
            releaseKeys();
            waitForValues();
            releaseValues();
        }
    }
};

__device__ __forceinline__ void attend(const HopperParameters& parameters, const AttentionWorkItem& item, Consumer& consumer, Byte* memory, int thread)
{
    const AttentionParameters& p = parameters.attention;
    int lane = thread & 31, firstRow = consumer.group * 64, row = firstRow + (thread >> 5) * 16 + (lane >> 2);
    Tiles tiles = tilesOf(item, p.blockTable != nullptr, parameters.pieceRows);
    int ownRows = min(64, item.rowCount - firstRow);
    consumer.takesTurns = item.rowCount > 64;
    if (ownRows <= 0)
    {
        consumer.skip(tiles.count);
        return;
    }

    Request request = findRequest(p, item.request);
    if (item.isShared)
        request.firstToken = 0;

    // A warp may be ahead of others that still multiply the last item's queries.
    synchronizeThreads(1 + consumer.group, 128);
    storeQueries(p, item, request.firstToken, firstRow, memory, thread);

    // Positions rise with the rows: the first and the last say what all of them see, and what some of them do.
    Row rows[2] = {findRow(p, item, request, row), findRow(p, item, request, row + 8)};
    Row first = findRow(p, item, request, firstRow), last = findRow(p, item, request, firstRow + ownRows - 1);
    int firstTile = 0, endTile = 0;
    if (last.endKey > first.firstKey && tiles.count > 0)
    {
        firstTile = max(0, (first.firstKey - tiles.firstKey) / tileKeys);
        endTile = min(tiles.count, (last.endKey - tiles.firstKey + tileKeys - 1) / tileKeys);
    }
    int fullFirst = last.firstKey, fullEnd = first.endKey;

    float scale = p.scale == 0 ? p.keyScale : fabsf(p.scale) * p.keyScale;
    scale = SOFT_CAP ? scale / p.softCap : scale * LOG2_E;
    Word queries = consumer.shared + firstRow * panelBytes;
    Softmax state[2] = {{NEGATIVE_INFINITY, 0, 0}, {NEGATIVE_INFINITY, 0, 0}};
    float scores[tileKeys / 2], output[outputColumns / 2];
    Word weights[tileKeys / 16][4];
#pragma unroll
    for (int i = 0; i < outputColumns / 2; i++)
        output[i] = 0;

    // Queries are written by all threads of the warpgroup.
    synchronizeThreads(1 + consumer.group, 128);
    consumer.skip(firstTile);
    if constexpr (!overlaps)
    {
#pragma unroll 1
        for (int i = firstTile; i < endTile; i++)
        {
            int firstKey = tiles.firstKey + i * tileKeys;
            Word keys = consumer.waitForKeys();
            consumer.takeTurn();
            beginProducts();
            multiplyKeys(scores, queries, keys);
            commitProducts();
            consumer.passTurn();
            waitProducts<0>();
            pinRegisters(scores);
            consumer.releaseKeys();
            updateSoftmax(p, scores, state, rows, scale, firstKey, firstKey < fullFirst || firstKey + tileKeys > fullEnd, lane);
            rescale(output, state);
            packWeights(weights, scores);
            Word values = consumer.waitForValues();
            beginProducts();
            multiplyValues(output, weights, values);
            commitProducts();
            waitProducts<0>();
            pinRegisters(output);
            consumer.releaseValues();
        }
    }
    else if (firstTile < endTile)
    {
        int firstKey = tiles.firstKey + firstTile * tileKeys;
        Word keys = consumer.waitForKeys();
        consumer.takeTurn();
        beginProducts();
        multiplyKeys(scores, queries, keys);
        commitProducts();
        consumer.passTurn();
        waitProducts<0>();
        pinRegisters(scores);
        consumer.releaseKeys();
        updateSoftmax(p, scores, state, rows, scale, firstKey, firstKey < fullFirst || firstKey + tileKeys > fullEnd, lane);
        packWeights(weights, scores);

#pragma unroll 1
        for (int i = firstTile + 1; i < endTile; i++)
        {
            firstKey += tileKeys;
            keys = consumer.waitForKeys();
            Word values = consumer.waitForValues();
            consumer.takeTurn();
            beginProducts();
            multiplyKeys(scores, queries, keys);
            commitProducts();
            multiplyValues(output, weights, values);
            commitProducts();
            consumer.passTurn();
            waitProducts<1>();
            pinRegisters(scores);
            consumer.releaseKeys();
            updateSoftmax(p, scores, state, rows, scale, firstKey, firstKey < fullFirst || firstKey + tileKeys > fullEnd, lane);
            waitProducts<0>();
            pinRegisters(output);
            consumer.releaseValues();
            rescale(output, state);
            packWeights(weights, scores);
        }

        Word values = consumer.waitForValues();
        beginProducts();
        multiplyValues(output, weights, values);
        commitProducts();
        waitProducts<0>();
        pinRegisters(output);
        consumer.releaseValues();
    }
    consumer.skip(tiles.count - max(firstTile, endTile));

#pragma unroll
    for (int half = 0; half < 2; half++)
    {
        Softmax& x = state[half];
        x.sum += __shfl_xor_sync(0xffffffff, x.sum, 1);
        x.sum += __shfl_xor_sync(0xffffffff, x.sum, 2);
        if (row + half * 8 >= item.rowCount)
            continue;
        RowTarget target = finishRow(p, item, request.firstToken, row + half * 8, x.maximum, x.sum, (lane & 3) == 0);
#pragma unroll
        for (int n = 0; n < VALUE_HEAD_SIZE / 8; n++)
            writePair(p, target, n * 8 + (lane & 3) * 2, output[n * 4 + half * 2], output[n * 4 + half * 2 + 1]);
    }
}

__device__ __forceinline__ void consume(const HopperParameters& p, const AttentionWorkItem* work, Byte* memory, Word shared, int group, int thread)
{
    Consumer consumer = {shared, group, thread & 31, false, {0, 0}, {0, 0}};
    int slot = 0, slotParity = 0;

    // The first turn is the first warpgroup's.
    if (TAKES_TURNS && group == 1)
        arriveThreads(3, 256);
    while (true)
    {
        waitForPhase(shared + fullWorkAt + 8 * slot, slotParity);
        if (work[slot].rowCount == 0)
            break;
        attend(p, work[slot], consumer, memory, thread);
        __syncwarp();
        if (consumer.lane == 0)
            arrive(shared + emptyWorkAt + 8 * slot);
        slot ^= 1;
        slotParity ^= slot == 0;
    }
}

extern "C" __global__ void __launch_bounds__(384, 1) hopper_attention(const __grid_constant__ HopperParameters p)
{
    extern __shared__ __align__(1024) Byte shared[];

    // Swizzling goes by addresses.
    Byte* memory = shared + (1024 - (sharedAddress(shared) & 1023) & 1023);
    Word address = sharedAddress(memory);
    AttentionWorkItem* work = (AttentionWorkItem*)(memory + workAt);
    if (threadIdx.x == 0)
    {
        for (int stage = 0; stage < STAGES; stage++)
        {
            initializeBarrier(address + fullKeysAt + 8 * stage, 1);
            initializeBarrier(address + emptyKeysAt + 8 * stage, consumerWarps);
            initializeBarrier(address + fullValuesAt + 8 * stage, 1);
            initializeBarrier(address + emptyValuesAt + 8 * stage, consumerWarps);
            initializeBarrier(address + uncleanAt + 8 * stage, 1);
        }
        for (int slot = 0; slot < 2; slot++)
        {
            initializeBarrier(address + fullWorkAt + 8 * slot, 1);
            initializeBarrier(address + emptyWorkAt + 8 * slot, consumerWarps + 1);
        }
        publishBarriers();
    }
    __syncthreads();

    int warpgroup = threadIdx.x >> 7, thread = threadIdx.x & 127;
    if (warpgroup == 0)
    {
        giveRegisters<producerRegisters>();
        if (thread < 32)
            produce(p, work, address, thread);
        else if (thread < 64)
            clean(p, work, memory, address, thread - 32);
    }
    else
    {
        takeRegisters<consumerRegisters>();
        consume(p, work, memory, address, warpgroup - 1, thread);
    }
}
