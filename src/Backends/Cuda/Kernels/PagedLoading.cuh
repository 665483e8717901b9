// How queries, keys and values come to shared memory in PagedAttention.cu, and in which order their elements stand there.
#pragma once
#include "PagedShapes.cuh"

// ---- Orders of elements ----

// Where element d of a query stands in its row of shared memory.
__device__ __forceinline__ constexpr int queryPlace(int d)
{
    if (hasFloat8Cache && !usesTf32)
        return (d & ~15) | ((d & 12) >> 1) | (d & 1) | ((d & 2) << 2);
    return d;
}

// Which element of an output row a thread's accumulator j (0 or 1, of either row) of column tile n is.
__device__ __forceinline__ constexpr int outputColumn(int n, int lane, int j)
{
    if (hasFloat8Cache && !usesTf32)
        return (n >> 1) * 16 + (lane & 3) * 4 + j * 2 + (n & 1);
    return n * 8 + (lane & 3) * 2 + j;
}

// ---- Loading ----

// The keys of one tile that one thread looks up: at most one.
struct PageEntry
{
    int page;        // -1: no key
    int place;       // in the page; without a block table among the step's tokens
};

template <class S> __device__ __forceinline__ PageEntry lookUpPage(
    const AttentionParameters& p, const AttentionWorkItem& item, int start, int thread, int tile)
{
    PageEntry entry = {-1, 0};
    int key = item.keyBegin + tile * S::keys + thread;
    if (thread >= S::keys || key >= item.keyEnd)
        return entry;
    if (p.blockTable == nullptr)
        return {0, start + key};
    int block = (unsigned)key / (unsigned)p.pageSize;
    return {p.blockTable[start + block], key - block * p.pageSize};
}

template <class S> __device__ __forceinline__ void keepAddresses(
    const AttentionParameters& p, const AttentionWorkItem& item, longlong2* addresses, int thread, const PageEntry& entry)
{
    if (thread >= S::keys)
        return;
    longlong2 address = make_longlong2(0, 0);
    if (entry.page >= 0)
    {
        address.x = (Long)p.keys + (item.keyValueHead * p.keyHeadStride + entry.page * p.keyPageStride + entry.place * p.keyTokenStride) * cacheElement;
        address.y = (Long)p.values + (item.keyValueHead * p.valueHeadStride + entry.page * p.valuePageStride + entry.place * p.valueTokenStride) * cacheElement;
    }
    addresses[thread] = address;
}

template <class S, int Columns, int Pitch, bool IsValue> __device__ __forceinline__ void loadRows(
    const AttentionParameters& p, const longlong2* addresses, Byte* target, Word targetAddress, int thread)
{
    if constexpr (COPY_BYTES == 0)
    {
        // Several at a time would take the registers of the tiles.
#pragma unroll 1
        for (int i = thread; i < S::keys * Columns; i += S::loaders)
        {
            int row = i / Columns, column = i - row * Columns;
            Long address = IsValue ? addresses[row].y : addresses[row].x;
            const Byte* source = (const Byte*)address + column * cacheElement;
            Byte* place = target + row * Pitch + column * cacheElement;
            if constexpr (cacheElement == 4)
                *(Word*)place = address == 0 ? 0 : *(const Word*)source;
            else if constexpr (cacheElement == 2)
                *(Half16*)place = address == 0 ? 0 : *(const Half16*)source;
            else
                *place = address == 0 ? 0 : *source;
        }
    }
    else
    {
        constexpr int pieces = Columns * cacheElement / copyBytes;
        constexpr int total = S::keys * pieces;
        constexpr int steps = (total + S::loaders - 1) / S::loaders;
        static_assert(Columns * cacheElement % copyBytes == 0, "COPY_BYTES has to divide the rows.");
#pragma unroll
        for (int step = 0; step < steps; step++)
        {
            int row, piece;
            if constexpr (S::loaders % pieces == 0)
            {
                row = thread / pieces + step * (S::loaders / pieces);
                piece = thread % pieces;
            }
            else
            {
                int i = thread + step * S::loaders;
                row = i / pieces;
                piece = i - row * pieces;
            }
            if (total % S::loaders != 0 && row >= S::keys)
                break;
            // Without a key nothing is read, from an address that could be.
            Long address = IsValue ? addresses[row].y : addresses[row].x;
            copyAsync<copyBytes, Columns * cacheElement, S::form == FORM_DECODE>(targetAddress + row * Pitch + piece * copyBytes, (const Byte*)(address == 0 ? (Long)p.keys : address) + piece * copyBytes, address != 0);
        }
    }
}

#if TENSOR_COPIES
// A warp's tiles of keys and values by the copy engine, a piece of a page at a time, into the warp's own ring of stages. Each stage has a
// barrier, whose phase ends when a tile is there. Pages are looked up by one lane a piece, two tiles earlier than they are computed.
template <class S> struct PageCopies
{
    const HopperParameters& p;
    const AttentionWorkItem& item;
    int firstPage;
    Word ring, barriers, uses;
    int tiles, lane;
    PageEntry next;

    __device__ __forceinline__ PageCopies(
        const HopperParameters& p, const AttentionWorkItem& item, int firstPage, Word ring, Word barriers, Word uses, int tiles, int lane)
        : p(p), item(item), firstPage(firstPage), ring(ring), barriers(barriers), uses(uses), tiles(tiles), lane(lane)
    {
        PageEntry entries[S::stages];
#pragma unroll
        for (int i = 0; i < S::stages; i++)
            entries[i] = lookUp(i);
#pragma unroll
        for (int i = 0; i < S::stages - 1; i++)
        {
            next = entries[i];
            copy(i, (uses + i) % S::stages);
        }
        next = entries[S::stages - 1];
    }

    // The piece of tile i that this lane looks up: at most one.
    __device__ __forceinline__ PageEntry lookUp(int i) const
    {
        int key = item.keyBegin + ((threadIdx.x >> 5) + i * S::groups) * S::keys + lane * p.pieceRows;
        if (lane * p.pieceRows >= S::keys || key >= item.keyEnd)
            return {-1, 0};
        int block = (unsigned)key / (unsigned)p.attention.pageSize;
        return {p.attention.blockTable[firstPage + block], key - block * p.attention.pageSize};
    }

    // Has the pieces of tile i, which the lanes looked up, copied.
    __device__ __forceinline__ void copy(int i, int stage) const
    {
        if (i >= tiles)
            return;
        Word barrier = barriers + stage * 8, target = ring + stage * S::stageBytes + lane * p.pieceRows * keyPitch;
        int pieces = __popc(__ballot_sync(0xffffffff, next.page >= 0));
        if (lane == 0)
            arriveExpecting(barrier, pieces * p.pieceRows * (keyPitch + valuePitch));
        __syncwarp();
        if (next.page < 0)
            return;
        copyTensorOnce(target, &p.keys, barrier, 0, 0, 0, next.place / 8, next.page * p.keyPlaces.page + item.keyValueHead * p.keyPlaces.head);
        target = ring + stage * S::stageBytes + S::keys * keyPitch + lane * p.pieceRows * valuePitch;
        copyTensorOnce(target, &p.values, barrier, 0, 0, 0, next.place / 8, next.page * p.valuePlaces.page + item.keyValueHead * p.valuePlaces.head);
    }

    // Begins to load tile i where the tile before the current one was: all lanes have read that.
    __device__ __forceinline__ void start(int i, int stage)
    {
        copy(i, stage);
        next = lookUp(i + 1);
    }

    __device__ __forceinline__ void wait(int i, int stage) const
    {
        waitPhase(barriers + stage * 8, (uses + i) / S::stages & 1);
        __syncwarp();
    }

    // A weight of 0 times what stands beyond the item's keys would not be 0 for NaN and infinity.
    __device__ __forceinline__ void clearValuesFrom(int keys, Byte* values) const
    {
        if (keys >= S::keys)
            return;
        for (int unit = keys * 8 + lane; unit < S::keys * 8; unit += 32)
        {
#pragma unroll
            for (int panel = 0; panel < valuePitch / 128; panel++)
                *(uint4*)(values + unit / 64 * 8 * valuePitch + panel * 1024 + unit % 64 * 16) = make_uint4(0, 0, 0, 0);
        }
        publishToEngines();
        __syncwarp();
    }
};
#endif

// The exponent of a float32 number's magnitude, given by its bits, within what a factor of the same exponent can undo.
__device__ __forceinline__ int exponentOf(int magnitude) { return min(max((magnitude >> 23) - 127, -100), 100); }

// The queries, in the order and type of the first product's operand; zeros beyond the rows and columns there are.
template <class S> __device__ __forceinline__ void loadQueries(
    const AttentionParameters& p, const AttentionWorkItem& item, int firstToken, Byte* queries, Row* rows, int thread)
{
    constexpr int pieces = keyColumns / 8;
    float sign = p.scale < 0 ? -1.0f : p.scale == 0 ? 0.0f : 1.0f;
    if (scalesRows)
        __syncthreads();

#pragma unroll 1
    for (int pass = scalesRows ? 0 : 1; pass < 2; pass++)
    {
#pragma unroll 4
        for (int i = thread; i < S::rows * pieces; i += 128)
        {
            int row = i / pieces, piece = i - row * pieces;
            float x[8] = {};
            if (row < item.rowCount && piece * 8 < HEAD_SIZE)
            {
                int packed = item.firstRow + row, query = packed / p.group, head = item.keyValueHead * p.group + packed - query * p.group;
                loadEight<ELEMENT_TYPE>(p.query, (firstToken + query) * p.queryTokenStride + head * p.queryHeadStride + piece * 8, p.queryIsAligned, x);
            }

            if (scalesRows && pass == 0)
            {
                float most = 0;
#pragma unroll
                for (int k = 0; k < 8; k++)
                    most = fmaxf(most, fabsf(x[k]));
                atomicMax(&rows[row].magnitude, __float_as_int(most));
                continue;
            }

            float factor = sign;
            if constexpr (scalesRows)
            {
                // A power of two by its exponent.
                factor *= __int_as_float((127 - exponentOf(rows[row].magnitude)) << 23);
            }

            Byte* target = queries + row * queryPitch;
            if constexpr (usesTf32)
            {
#pragma unroll
                for (int k = 0; k < 8; k++)
                    ((float*)target)[piece * 8 + k] = x[k] * factor;
            }
            else
            {
#pragma unroll
                for (int k = 0; k < 8; k += 2)
                    *(Word*)(target + queryPlace(piece * 8 + k) * 2) = packPair<operandType>(x[k] * factor, x[k + 1] * factor);
            }
        }
        if (scalesRows && pass == 0)
            __syncthreads();
    }
}
