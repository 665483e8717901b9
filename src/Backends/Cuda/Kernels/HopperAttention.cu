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

#include "HopperInstructions.cuh"
#include "Rows.cuh"

// ---- What is compiled ----

constexpr int rowsOfItem = 128;
constexpr int rowsOfGroup = 64;
constexpr int tileKeys = HEAD_SIZE > 192 ? 64 : 128;
constexpr int keyPanels = (HEAD_SIZE + 63) / 64;
constexpr int valuePanels = (VALUE_HEAD_SIZE + 63) / 64;

// Products take whole panels of values: columns beyond the head are zeros times weights.
constexpr int sumColumns = valuePanels * 64;

// Registers of a thread of each role: 128 * 40 + 256 * 232 of 65536.
constexpr int loaderRegisters = 40;
constexpr int computerRegisters = 232;

constexpr int sharedCapacity = 227 * 1024;
constexpr int panelRowBytes = 128;
constexpr int queryBytes = rowsOfItem * keyPanels * panelRowBytes;
constexpr int keyBytes = tileKeys * keyPanels * panelRowBytes;
constexpr int valueBytes = tileKeys * valuePanels * panelRowBytes;
constexpr int otherBytes = 1024;
constexpr int queryBuffers = 2 * queryBytes + 2 * (keyBytes + valueBytes) + otherBytes <= sharedCapacity ? 2 : 1;
constexpr int valueStages = queryBuffers * queryBytes + 4 * (keyBytes + valueBytes) + otherBytes <= sharedCapacity ? 4 : 2;
constexpr int keyStages = valueStages + (queryBuffers * queryBytes + (valueStages + 1) * keyBytes + valueStages * valueBytes + otherBytes <= sharedCapacity ? 1 : 0);
constexpr int itemSlots = 2;

static_assert(ELEMENT_TYPE == ELEMENT_FLOAT16 || ELEMENT_TYPE == ELEMENT_BFLOAT16, "Products are of 16-bit elements.");
static_assert(CACHE_TYPE == ELEMENT_TYPE, "The cache has the type of the queries.");
// How the panels of keys and values lie: bytes from 8 rows to the next 8, and from a panel to the next.
constexpr bool groupsRows = HAS_PAGES && HEAD_SIZE % 64 == 0 && VALUE_HEAD_SIZE % 64 == 0;
constexpr int keyGroupBytes = (groupsRows ? keyPanels : 1) * 8 * panelRowBytes;
constexpr int valueGroupBytes = (groupsRows ? valuePanels : 1) * 8 * panelRowBytes;
constexpr int panelBytes = (groupsRows ? 8 : tileKeys) * panelRowBytes;

static_assert(HEAD_SIZE % 16 == 0 && VALUE_HEAD_SIZE % 32 == 0 && VALUE_HEAD_SIZE <= 256, "sizes");

// What an item asks for, found once by warp 0.
struct Work
{
    AttentionWorkItem item;
    Request request;
    int tiles;           // -1: there are no more items
    int firstTileKey;    // key at which tile 0 begins
    int reserved[3];
};

// Barriers, by number: each of these is the first of one for each stage, buffer and warpgroup, or slot.
constexpr int keysLoaded = 0;
constexpr int keysUsed = keysLoaded + keyStages;
constexpr int valuesLoaded = keysUsed + keyStages;
constexpr int valuesUsed = valuesLoaded + valueStages;
constexpr int valuesToClear = valuesUsed + valueStages;
constexpr int queriesLoaded = valuesToClear + valueStages;
constexpr int queriesUsed = queriesLoaded + 2 * queryBuffers;
constexpr int itemsFound = queriesUsed + 2 * queryBuffers;
constexpr int itemsDone = itemsFound + itemSlots;
constexpr int barriers = itemsDone + itemSlots;

constexpr int keysAt = queryBuffers * queryBytes;
constexpr int valuesAt = keysAt + keyStages * keyBytes;
constexpr int workAt = valuesAt + valueStages * valueBytes;
constexpr int barriersAt = workAt + itemSlots * sizeof(Work);
constexpr int sharedBytes = barriersAt + 8 * barriers;

static_assert(sharedBytes - workAt <= otherBytes && sharedBytes <= sharedCapacity, "The tiles of this head size do not fit into shared memory.");
static_assert(keysAt % 1024 == 0 && valuesAt % 1024 == 0 && keyBytes % 1024 == 0 && valueBytes % 1024 == 0, "The swizzle repeats after 1024 bytes.");

extern "C" __device__ int hopperAttentionSharedBytes = sharedBytes;
extern "C" __device__ int hopperAttentionTileKeys = tileKeys;
extern "C" __device__ int hopperAttentionRows = rowsOfItem;

// Readers of an item: 8 warps that compute, and 3 of those that load.
constexpr int itemReaders = 11;

// Use n of a ring: its stage, and the parity of the stage's phase in which it is filled. Who fills waits for the parity's opposite
// at the barrier of the stage's users, which at the first use is that of a phase before the first.
template <int Stages> __device__ __forceinline__ int stageOf(Word n) { return n % Stages; }
template <int Stages> __device__ __forceinline__ Word parityOf(Word n) { return n / Stages & 1; }

__device__ __forceinline__ Word barrierAt(Word shared, int number) { return shared + barriersAt + number * 8; }

// ---- Warp 0: items and tiles ----

// The piece of a tile that a lane looks up: at most one.
struct Piece
{
    int page;      // -1: none of the item's keys are in it
    int row;       // in the page; without a block table among the step's tokens
};

__device__ __forceinline__ Piece lookUpPiece(const HopperParameters& p, const Work& work, int tile, int lane)
{
    int key = work.firstTileKey + tile * tileKeys + lane * p.pieceRows;
    if (tile < 0 || lane * p.pieceRows >= tileKeys || key >= work.item.keyEnd || key + p.pieceRows <= work.item.keyBegin)
        return {-1, 0};
    if (p.attention.blockTable == nullptr)
        return {0, work.request.firstToken + key};
    int block = (unsigned)key / (unsigned)p.attention.pageSize;
    return {p.attention.blockTable[p.attention.blockStart[work.item.request] + block], key - block * p.attention.pageSize};
}

// Has the pieces of a tile, one looked up by each lane, loaded. The barrier expects them.
template <int Panels> __device__ __forceinline__ void loadTile(
    const TensorMap* map, const TensorPlaces& places, const HopperParameters& p, int head, Word target, Word barrier, const Piece& piece, int lane)
{
    int pieces = __popc(__ballot_sync(0xffffffff, piece.page >= 0));
    if (lane == 0)
        arriveExpecting(barrier, pieces * p.pieceRows * Panels * panelRowBytes);
    __syncwarp();

    if constexpr (groupsRows)
    {
        if (piece.page >= 0)
            copyTensor(target + lane * p.pieceRows * Panels * panelRowBytes, map, barrier, 0, 0, 0, piece.row / 8, piece.page * places.page + head * places.head);
        return;
    }

    int copies = tileKeys / p.pieceRows * Panels;
#pragma unroll 1
    for (int first = 0; first < copies; first += 32)
    {
        int number = (first + lane) / Panels, panel = (first + lane) % Panels;
        int page = __shfl_sync(0xffffffff, piece.page, number & 31), row = __shfl_sync(0xffffffff, piece.row, number & 31);
        if (first + lane < copies && page >= 0)
            copyTensor(target + panel * panelBytes + number * p.pieceRows * panelRowBytes, map, barrier, panel * 64, row, head, page);
    }
}

__device__ __forceinline__ bool hasKeysOutside(const Work& work, int tile)
{
    int first = work.firstTileKey + tile * tileKeys;
    return first < work.item.keyBegin || first + tileKeys > work.item.keyEnd;
}

__device__ __forceinline__ void loadTiles(const HopperParameters& p, Byte* memory, Word shared, int lane)
{
    const AttentionParameters& attention = p.attention;
    if (lane == 0)
    {
        prefetchTensor(&p.keys);
        prefetchTensor(&p.values);
    }

    int blocks = min(gridDim.x, attention.tickets[2]), next = blockIdx.x, end = blockIdx.x < blocks ? *attention.itemCount : 0;

    Word keyUses = 0, valueUses = 0;
#pragma unroll 1
    for (Word number = 0;; number++)
    {
        int slot = number % itemSlots;
        Work& work = ((Work*)(memory + workAt))[slot];
        waitPhase(barrierAt(shared, itemsDone + slot), (number / itemSlots & 1) ^ 1);
        if (next >= end)
        {
            if (lane == 0)
            {
                work.tiles = -1;
                arrive(barrierAt(shared, itemsFound + slot));
            }
            break;
        }

        if (lane == 0)
        {
            work.item = attention.items[next];
            int begin = work.item.keyBegin, keyEnd = work.item.keyEnd;
            int first = attention.blockTable == nullptr ? begin : begin - begin % p.pieceRows;
            work.request = findRequest(attention, work.item.request);
            if (work.item.isShared)
                work.request.firstToken = 0;
            work.firstTileKey = first;
            work.tiles = keyEnd > begin ? (keyEnd - first + tileKeys - 1) / tileKeys : 0;
            arrive(barrierAt(shared, itemsFound + slot));
            next = blocks + atomicAdd(attention.tickets, 1);
        }
        __syncwarp();

        // Keys of a tile before values of the one that was there earlier: that is the order in which they are used. Pages are
        // looked up a tile earlier than they are needed.
        int tiles = work.tiles, head = work.item.keyValueHead;
        Piece values = {-1, 0}, keys = lookUpPiece(p, work, tiles - 1, lane);
#pragma unroll 1
        for (int tile = tiles - 1; tile >= -1 && tiles > 0; tile--)
        {
            Piece ahead = lookUpPiece(p, work, tile - 1, lane);
            if (tile >= 0)
            {
                int stage = stageOf<keyStages>(keyUses);
                waitPhase(barrierAt(shared, keysUsed + stage), parityOf<keyStages>(keyUses) ^ 1);
                loadTile<keyPanels>(&p.keys, p.keyPlaces, p, head, shared + keysAt + stage * keyBytes, barrierAt(shared, keysLoaded + stage), keys, lane);
                keyUses++;
            }
            if (tile + 1 < tiles)
            {
                int stage = stageOf<valueStages>(valueUses);
                waitPhase(barrierAt(shared, valuesUsed + stage), parityOf<valueStages>(valueUses) ^ 1);
                int loaded = hasKeysOutside(work, tile + 1) ? valuesToClear : valuesLoaded;
                loadTile<valuePanels>(&p.values, p.valuePlaces, p, head, shared + valuesAt + stage * valueBytes, barrierAt(shared, loaded + stage), values, lane);
                valueUses++;
            }
            values = keys;
            keys = ahead;
        }
        next = __shfl_sync(0xffffffff, next, 0);
    }

    // The last block to come here leaves the numbers as it found them.
    if (lane == 0 && atomicInc(attention.tickets + 1, gridDim.x - 1) == gridDim.x - 1)
        atomicExch(attention.tickets, 0);
}

// ---- Warp 1: values outside the range ----

__device__ __forceinline__ void clearRows(Byte* tile, int begin, int end, int lane)
{
#pragma unroll
    for (int panel = 0; panel < valuePanels; panel++)
    {
#pragma unroll 1
        for (int unit = begin * 8 + lane; unit < end * 8; unit += 32)
            *(uint4*)(tile + unit / 64 * valueGroupBytes + panel * panelBytes + unit % 64 * 16) = make_uint4(0, 0, 0, 0);
    }
}

__device__ __forceinline__ void clearValues(Byte* memory, Word shared, int lane)
{
    Word tileNumber = 0, parities = 0;
#pragma unroll 1
    for (Word number = 0;; number++)
    {
        int slot = number % itemSlots;
        const Work& work = ((const Work*)(memory + workAt))[slot];
        waitPhase(barrierAt(shared, itemsFound + slot), number / itemSlots & 1);
        int tiles = work.tiles;
        if (tiles < 0)
            break;

        // Only the last tile, which comes first, and the first can have keys outside.
#pragma unroll 1
        for (int tile = tiles - 1; tile >= 0; tile = tile > 0 ? 0 : -1)
        {
            if (!hasKeysOutside(work, tile))
                continue;
            int stage = stageOf<valueStages>(tileNumber + tiles - 1 - tile), first = work.firstTileKey + tile * tileKeys;
            waitPhase(barrierAt(shared, valuesToClear + stage), parities >> stage & 1);
            parities ^= 1 << stage;
            Byte* values = memory + valuesAt + stage * valueBytes;
            clearRows(values, 0, work.item.keyBegin - first, lane);
            clearRows(values, max(0, work.item.keyEnd - first), tileKeys, lane);
            publishToEngines();
            __syncwarp();
            if (lane == 0)
                arrive(barrierAt(shared, valuesLoaded + stage));
        }
        tileNumber += tiles;
        __syncwarp();
        if (lane == 0)
            arrive(barrierAt(shared, itemsDone + slot));
    }
}

// ---- Warps 2 and 3: queries ----

// Copies the queries of one warpgroup's 64 rows; zeros beyond the item's rows.
__device__ __forceinline__ void loadQueries(const AttentionParameters& p, Byte* memory, Word shared, int warpgroup, int lane)
{
    constexpr int units = HEAD_SIZE / 8;
    float sign = p.scale < 0 ? -1.0f : p.scale == 0 ? 0.0f : 1.0f;
    bool copies = p.queryIsAligned && p.scale > 0;
    Word uses = 0;
#pragma unroll 1
    for (Word number = 0;; number++)
    {
        int slot = number % itemSlots;
        const Work& work = ((const Work*)(memory + workAt))[slot];
        waitPhase(barrierAt(shared, itemsFound + slot), number / itemSlots & 1);
        if (work.tiles < 0)
            break;
        if (work.tiles > 0)
        {
            int buffer = uses % queryBuffers, pair = buffer * 2 + warpgroup;
            waitPhase(barrierAt(shared, queriesUsed + pair), (uses / queryBuffers & 1) ^ 1);
            uses++;
#pragma unroll 1
            for (int firstRow = warpgroup * rowsOfGroup; firstRow < (warpgroup + 1) * rowsOfGroup; firstRow += 32)
            {
                // Each lane finds where one row stands. Then the lanes copy 32 units at a time.
                Long offset = -1;
                if (firstRow + lane < work.item.rowCount)
                {
                    int packed = work.item.firstRow + firstRow + lane, query = packed / p.group, head = work.item.keyValueHead * p.group + packed - query * p.group;
                    offset = (work.request.firstToken + query) * p.queryTokenStride + head * p.queryHeadStride;
                }

#pragma unroll 1
                for (int i = lane; i < 32 * units; i += 32)
                {
                    int row = i / units, unit = i - row * units;
                    Long source = __shfl_sync(0xffffffff, offset, row);
                    row += firstRow;
                    int target = buffer * queryBytes + (unit / 8 * rowsOfItem + row) * panelRowBytes + ((unit & 7) ^ (row & 7)) * 16;
                    if (copies)
                        copyAsync<16, HEAD_SIZE * 2>(shared + target, (const Half16*)p.query + (source < 0 ? 0 : source + unit * 8), source >= 0);
                    else
                    {
                        float x[8] = {};
                        if (source >= 0)
                            loadEight<ELEMENT_TYPE>(p.query, source + unit * 8, p.queryIsAligned, x);
#pragma unroll
                        for (int k = 0; k < 8; k += 2)
                            *(Word*)(memory + target + k * 2) = packPair<ELEMENT_TYPE>(x[k] * sign, x[k + 1] * sign);
                    }
                }
            }
            commitCopies();
            waitCopies<0>();
            publishToEngines();
            arrive(barrierAt(shared, queriesLoaded + pair));
        }
        __syncwarp();
        if (lane == 0)
            arrive(barrierAt(shared, itemsDone + slot));
    }
}

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
