// The warps of HopperAttention.cu that bring data: items, tiles of keys and values, queries.
#pragma once
#include "HopperShapes.cuh"

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
