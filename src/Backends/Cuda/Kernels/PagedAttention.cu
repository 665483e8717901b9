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
// item's last are filled with zeros and never read: what stands in their slots, NaN too, cannot leak.
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

#include "Rows.cuh"

// ---- What is compiled ----

#ifndef TENSOR_COPIES
#define TENSOR_COPIES 0
#endif
#if TENSOR_COPIES
#include "HopperInstructions.cuh"
using KernelParameters = HopperParameters;
__device__ __forceinline__ const AttentionParameters& attentionOf(const HopperParameters& p) { return p.attention; }
#else
using KernelParameters = AttentionParameters;
__device__ __forceinline__ const AttentionParameters& attentionOf(const AttentionParameters& p) { return p; }
#endif

#define FORM_DECODE 1
#define FORM_PREFILL 2

#ifndef COPY_BYTES
#define COPY_BYTES 16
#endif

constexpr bool usesTf32 = ELEMENT_TYPE == ELEMENT_FLOAT32;
constexpr bool hasFloat8Cache = CACHE_TYPE == ELEMENT_FLOAT8_E4M3;
constexpr int copyBytes = COPY_BYTES == 0 ? 1 : COPY_BYTES;
constexpr int operandType = hasFloat8Cache ? ELEMENT_FLOAT16 : ELEMENT_TYPE;
constexpr bool scalesRows = hasFloat8Cache && ELEMENT_TYPE == ELEMENT_BFLOAT16;

constexpr int roundUp(int x, int multiple) { return (x + multiple - 1) / multiple * multiple; }
constexpr int oddPitch(int bytes) { return (bytes / 16 | 1) * 16; }

constexpr int keyColumns = roundUp(HEAD_SIZE, 16);
constexpr int valueColumns = roundUp(VALUE_HEAD_SIZE, 16);
constexpr int cacheElement = sizeOfElement<CACHE_TYPE>;
constexpr int queryElement = usesTf32 ? 4 : 2;
constexpr int keyPitch = TENSOR_COPIES ? keyColumns * cacheElement : oddPitch(keyColumns * cacheElement);
constexpr int valuePitch = TENSOR_COPIES ? valueColumns * cacheElement : oddPitch(valueColumns * cacheElement);
constexpr int queryPitch = oddPitch(keyColumns * queryElement);
constexpr int largestColumns = keyColumns > valueColumns ? keyColumns : valueColumns;

// Shared memory of a multiprocessor, less what the system takes for a block.
#if __CUDA_ARCH__ == 900 || __CUDA_ARCH__ == 1000 || __CUDA_ARCH__ == 1030
constexpr int sharedCapacity = 227 * 1024;
#elif __CUDA_ARCH__ == 800 || __CUDA_ARCH__ == 870
constexpr int sharedCapacity = 163 * 1024;
#else
constexpr int sharedCapacity = 99 * 1024;
#endif

// Before compute capability 8.9, float8 has no instruction that makes two float16 of it, and what does takes the registers of half a tile.
#if __CUDA_ARCH__ > 0 && __CUDA_ARCH__ < 890
constexpr int float8Divisor = 2;
#else
constexpr int float8Divisor = 1;
#endif

// Bytes become operands by instructions of their own: with twice the keys a warp has twice as many on their way.
#ifndef DECODE_KEYS
#define DECODE_KEYS (FORMS == 1 && hasFloat8Cache && !usesTf32 && largestColumns <= 128 ? 32 : 16)
#endif

template <int Form, int Rows, int Keys, int Stages> struct Shape
{
    static constexpr int form = Form;
    static constexpr int rows = Rows;
    static constexpr int keys = Keys;
    static constexpr int stages = Stages;
    static constexpr int groups = Form == FORM_DECODE ? 4 : 1;
    static constexpr int loaders = 128 / groups;
    static constexpr int rowTiles = Form == FORM_DECODE ? 1 : Rows / 64;
    static constexpr int stageBytes = Keys * (keyPitch + valuePitch);
    static constexpr int stagesAt = roundUp(Rows * queryPitch, TENSOR_COPIES ? 1024 : 16);
    static constexpr int addressesAt = stagesAt + groups * Stages * stageBytes;
    static constexpr int rowsAt = addressesAt + (TENSOR_COPIES ? 512 : groups * 2 * Keys * 16);
    static constexpr int barriersAt = rowsAt + Rows * 32;
    static constexpr int bytes = barriersAt + (TENSOR_COPIES ? groups * Stages * 8 : 0);
    static constexpr bool keepsQueries = Form == FORM_DECODE && !usesTf32 && keyColumns <= 128;
};

// With 128 rows a key is loaded from shared memory once for 32 rows of a warp, not 16. Two blocks have to fit beside each other, and what
// soft caps and slopes take does not fit into registers besides.
constexpr bool takes128Rows = !usesTf32 && !hasFloat8Cache && !transformsScores && largestColumns <= 128
    && Shape<FORM_PREFILL, 128, 32, 2>::bytes <= sharedCapacity / 2 - 1024;
#ifndef PREFILL_ROWS
#define PREFILL_ROWS (takes128Rows ? 128 : 64)
#endif

constexpr int decodeStages(int capacity)
{
    int stages = (capacity - 1024 - Shape<FORM_DECODE, 16, DECODE_KEYS, 0>::bytes) / (4 * DECODE_KEYS * (keyPitch + valuePitch));
    return stages > 8 ? 8 : stages;
}

constexpr int prefillKeys(int capacity)
{
    int room = (capacity - 1024 - Shape<FORM_PREFILL, PREFILL_ROWS, 64, 0>::bytes) / (2 * (keyPitch + valuePitch));
    // The scores of more would not fit into registers.
    int most = (usesTf32 || largestColumns > (PREFILL_ROWS > 64 ? 64 : 128) ? 32 : 64) / (hasFloat8Cache ? float8Divisor : 1);
    return room >= 64 && most >= 64 ? 64 : room >= 32 && most >= 32 ? 32 : 16;
}

constexpr int prefillBytes(int capacity)
{
    return Shape<FORM_PREFILL, PREFILL_ROWS, 64, 0>::bytes + 2 * prefillKeys(capacity) * (keyPitch + valuePitch);
}

// Where not even two stages of the decode form fit, the prefill form takes items of few rows too.
constexpr int forms = (FORMS & 1) && decodeStages(sharedCapacity) < 2 ? 2 : FORMS;
constexpr bool fitsTwice = (forms & 1 ? decodeStages(sharedCapacity / 2) >= 2 : true) && (forms & 2 ? prefillBytes(sharedCapacity / 2) <= sharedCapacity / 2 - 1024 : true);
// Three blocks leave a thread 168 registers.
constexpr bool fitsThrice = forms == 1 && !usesTf32 && !hasFloat8Cache && largestColumns <= 128 && decodeStages((sharedCapacity + 1024) / 3) >= 2;
#ifndef BLOCKS_PER_SM
#define BLOCKS_PER_SM (fitsThrice ? 3 : fitsTwice ? 2 : 1)
#endif
constexpr int blockCapacity = sharedCapacity / BLOCKS_PER_SM;
#ifndef DECODE_STAGES
#define DECODE_STAGES (decodeStages(blockCapacity) < 2 ? 2 : decodeStages(blockCapacity))
#endif
#ifndef PREFILL_KEYS
#define PREFILL_KEYS prefillKeys(blockCapacity)
#endif
#ifndef PREFILL_STAGES
#define PREFILL_STAGES (PREFILL_ROWS > 64 && Shape<FORM_PREFILL, PREFILL_ROWS, PREFILL_KEYS, 3>::bytes <= blockCapacity - 1024 ? 3 : 2)
#endif

using Decode = Shape<FORM_DECODE, 16, DECODE_KEYS, DECODE_STAGES>;
using Prefill = Shape<FORM_PREFILL, PREFILL_ROWS, PREFILL_KEYS, PREFILL_STAGES>;
constexpr int decodeBytes = forms & 1 ? Decode::bytes : 0;
constexpr int prefillFormBytes = forms & 2 ? Prefill::bytes : 0;
constexpr int sharedBytes = decodeBytes > prefillFormBytes ? decodeBytes : prefillFormBytes;

// Of a block's shared memory: what the system takes, and variables, after which the rest begins where the copy engine wants it.
constexpr int otherSharedBytes = 1024 + (TENSOR_COPIES ? 1024 : 256);

static_assert(CACHE_TYPE == ELEMENT_TYPE || hasFloat8Cache, "The cache has the type of the queries, or is float8.");
static_assert(sharedBytes <= sharedCapacity, "The tiles of this head size do not fit into shared memory.");
static_assert(BLOCKS_PER_SM * (sharedBytes + otherSharedBytes) <= sharedCapacity + 1024, "So many blocks do not fit.");
static_assert(!TENSOR_COPIES || (forms == 1 && !usesTf32 && HEAD_SIZE * cacheElement % 128 == 0 && VALUE_HEAD_SIZE * cacheElement % 128 == 0), "The copy engine brings whole panels.");
static_assert(!(forms & 1) || DECODE_STAGES * Decode::stageBytes >= 16 * (valueColumns + 4) * 4, "A warp's stages hold its output when it is merged.");

extern "C" __device__ int pagedAttentionSharedBytes = sharedBytes;
extern "C" __device__ int pagedAttentionBlocksPerMultiprocessor = BLOCKS_PER_SM;
extern "C" __device__ int pagedAttentionPrefillRows = forms & 2 ? PREFILL_ROWS : 16;
extern "C" __device__ int pagedAttentionDecodeKeys = DECODE_KEYS;

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
            copyAsync<copyBytes, Columns * cacheElement>(targetAddress + row * Pitch + piece * copyBytes, (const Byte*)(address == 0 ? (Long)p.keys : address) + piece * copyBytes, address != 0);
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

// ---- Products ----

// Where in a tile of keys (or values) the unit of 16 bytes stands that a lane hands to ldmatrix: of row firstRow + laneRow, and of
// that row the unit firstUnit + laneUnit. What the copy engine brings lies as [rows / 8][panels][8][128 bytes], unit u of row r at
// u ^ (r % 8). firstRow is a multiple of 8, and laneUnit is 0 or, where firstUnit is even, 1. (firstUnit by value, and NVRTC 12.4 spills
// where a warp has 32 rows.)
template <int Pitch> __device__ __forceinline__ Word unitAddress(Word tile, int firstRow, int laneRow, const int& firstUnit, int laneUnit)
{
    if (TENSOR_COPIES)
        return tile + (firstRow / 8 + laneRow / 8) * 8 * Pitch + firstUnit / 8 * 1024 + laneRow % 8 * 128 + (((laneRow % 8 ^ laneUnit) ^ firstUnit % 8) << 4);
    return tile + (firstRow + laneRow) * Pitch + firstUnit * 16 + laneUnit * 16;
}

// Adds to d a product of float32 numbers, each the sum of a high and a low one of tf32. These sums are cut off, not rounded, and
// over many keys or columns that adds up: callers make them of a few steps, and add them to the others in float32.
__device__ __forceinline__ void addProductTf32(float (&d)[4], const Word (&high)[4], const Word (&low)[4], const Word (&bHigh)[2], const Word (&bLow)[2])
{
    multiplyAddTf32(d, low, bHigh[0], bHigh[1]);
    if (!hasFloat8Cache)
        multiplyAddTf32(d, high, bLow[0], bLow[1]);
    multiplyAddTf32(d, high, bHigh[0], bHigh[1]);
}

__device__ __forceinline__ void add(float (&d)[4], const float (&x)[4])
{
#pragma unroll
    for (int i = 0; i < 4; i++)
        d[i] += x[i];
}

// Adds to scores[rowTiles][keys / 8] the products of the warp's rows with a tile's keys.
template <class S> __device__ __forceinline__ void multiplyKeys(
    float (&scores)[S::rowTiles][S::keys / 8][4], const Word (&kept)[S::keepsQueries ? keyColumns / 16 : 1][4], Word queries, const Byte* keyTile, Word keys, int lane)
{
    constexpr int steps = keyColumns / (usesTf32 ? 8 : 16);
    if constexpr (usesTf32)
    {
#pragma unroll 2
        for (int step = 0; step < steps; step++)
        {
            Word high[S::rowTiles][4], low[S::rowTiles][4];
#pragma unroll
            for (int tile = 0; tile < S::rowTiles; tile++)
            {
                Word a[4];
                loadMatrices(queries + (tile * 16 + (lane & 15)) * queryPitch + step * 32 + (lane >> 4) * 16, a);
#pragma unroll
                for (int i = 0; i < 4; i++)
                    splitTf32(__uint_as_float(a[i]), high[tile][i], low[tile][i]);
            }
#pragma unroll
            for (int pair = 0; pair < S::keys / 16; pair++)
            {
                float b[4];
                if constexpr (hasFloat8Cache)
                {
#pragma unroll
                    for (int i = 0; i < 4; i++)
                        b[i] = fromFloat8E4M3(keyTile[(pair * 16 + (i >> 1) * 8 + (lane >> 2)) * keyPitch + step * 8 + (i & 1) * 4 + (lane & 3)]);
                }
                else
                {
                    Word words[4];
                    loadMatrices(keys + (pair * 16 + (lane & 7) + ((lane >> 4) << 3)) * keyPitch + step * 32 + ((lane >> 3) & 1) * 16, words);
#pragma unroll
                    for (int i = 0; i < 4; i++)
                        b[i] = __uint_as_float(words[i]);
                }
#pragma unroll
                for (int half = 0; half < 2; half++)
                {
                    Word bHigh[2], bLow[2];
                    splitTf32(b[2 * half], bHigh[0], bLow[0]);
                    splitTf32(b[2 * half + 1], bHigh[1], bLow[1]);
#pragma unroll
                    for (int tile = 0; tile < S::rowTiles; tile++)
                    {
                        addProductTf32(scores[tile][2 * pair + half], high[tile], low[tile], bHigh, bLow);
                    }
                }
            }
        }
    }
    else
    {
        // With 128 rows, loads of more steps would be begun early, into registers that there are not.
#pragma unroll(S::rowTiles > 1 ? 4 : steps)
        for (int step = 0; step < steps; step++)
        {
            Word a[S::rowTiles][4];
#pragma unroll
            for (int tile = 0; tile < S::rowTiles; tile++)
            {
                if constexpr (S::keepsQueries)
                {
#pragma unroll
                    for (int i = 0; i < 4; i++)
                        a[tile][i] = kept[step][i];
                }
                else
                    loadMatrices(queries + (tile * 16 + (lane & 15)) * queryPitch + step * 32 + (lane >> 4) * 16, a[tile]);
            }
#pragma unroll
            for (int pair = 0; pair < S::keys / 16; pair++)
            {
                Word b[4];
                if constexpr (hasFloat8Cache)
                {
                    // A 16-byte unit is one step; lanes 16 to 31 repeat the addresses of 0 to 15.
                    Word words[4];
                    loadMatrices(unitAddress<keyPitch>(keys, pair * 16, lane & 15, step, 0), words);
                    b[0] = float16x2FromFloat8x2(words[0] & 0xffff);
                    b[1] = float16x2FromFloat8x2(words[0] >> 16);
                    b[2] = float16x2FromFloat8x2(words[1] & 0xffff);
                    b[3] = float16x2FromFloat8x2(words[1] >> 16);
                }
                else
                    loadMatrices(unitAddress<keyPitch>(keys, pair * 16, (lane & 7) + ((lane >> 4) << 3), step * 2, (lane >> 3) & 1), b);
#pragma unroll
                for (int tile = 0; tile < S::rowTiles; tile++)
                {
                    multiplyAdd16<operandType>(scores[tile][2 * pair], a[tile], b[0], b[1]);
                    multiplyAdd16<operandType>(scores[tile][2 * pair + 1], a[tile], b[2], b[3]);
                }
            }
        }
    }
}

// Adds to output[rowTiles][valueColumns / 8] the values of a tile's keys times the rows' weights.
template <class S> __device__ __forceinline__ void multiplyValues(
    float (&output)[S::rowTiles][valueColumns / 8][4], const float (&weights)[S::rowTiles][S::keys / 8][4], const Byte* valueTile, Word values, int lane)
{
    if constexpr (usesTf32)
    {
        // Step k's slot c is key 2c of 8, slot c + 4 key 2c + 1: so accumulators of the scores are operands as they stand.
        constexpr int steps = S::keys / 8;
        Word high[S::rowTiles][steps][4], low[S::rowTiles][steps][4];
#pragma unroll
        for (int step = 0; step < steps; step++)
        {
#pragma unroll
            for (int tile = 0; tile < S::rowTiles; tile++)
            {
                splitTf32(weights[tile][step][0], high[tile][step][0], low[tile][step][0]);
                splitTf32(weights[tile][step][2], high[tile][step][1], low[tile][step][1]);
                splitTf32(weights[tile][step][1], high[tile][step][2], low[tile][step][2]);
                splitTf32(weights[tile][step][3], high[tile][step][3], low[tile][step][3]);
            }
        }
#pragma unroll
        for (int n = 0; n < valueColumns / 8; n++)
        {
            float sums[S::rowTiles][4] = {};
#pragma unroll
            for (int step = 0; step < steps; step++)
            {
                const Byte* row = valueTile + (step * 8 + 2 * (lane & 3)) * valuePitch + (n * 8 + (lane >> 2)) * cacheElement;
                Word bHigh[2], bLow[2];
                splitTf32(loadElement<CACHE_TYPE>(row, 0), bHigh[0], bLow[0]);
                splitTf32(loadElement<CACHE_TYPE>(row + valuePitch, 0), bHigh[1], bLow[1]);
#pragma unroll
                for (int tile = 0; tile < S::rowTiles; tile++)
                    addProductTf32(sums[tile], high[tile][step], low[tile][step], bHigh, bLow);
            }
#pragma unroll
            for (int tile = 0; tile < S::rowTiles; tile++)
                add(output[tile][n], sums[tile]);
        }
    }
    else
    {
#pragma unroll
        for (int step = 0; step < S::keys / 16; step++)
        {
            Word a[S::rowTiles][4];
#pragma unroll
            for (int tile = 0; tile < S::rowTiles; tile++)
            {
                a[tile][0] = packPair<operandType>(weights[tile][2 * step][0], weights[tile][2 * step][1]);
                a[tile][1] = packPair<operandType>(weights[tile][2 * step][2], weights[tile][2 * step][3]);
                a[tile][2] = packPair<operandType>(weights[tile][2 * step + 1][0], weights[tile][2 * step + 1][1]);
                a[tile][3] = packPair<operandType>(weights[tile][2 * step + 1][2], weights[tile][2 * step + 1][3]);
            }
#pragma unroll
            for (int pair = 0; pair < valueColumns / 16; pair++)
            {
                Word b[4];
                if constexpr (hasFloat8Cache)
                {
                    // Bytes (key 2c, column 2g), (2c, 2g + 1), (2c + 1, 2g), (2c + 1, 2g + 1): even and odd columns apart.
                    Word words[4];
                    loadMatricesTransposed(unitAddress<valuePitch>(values, step * 16, lane & 15, pair, 0), words);
                    Word first = __byte_perm(words[0], 0, 0x3120), second = __byte_perm(words[1], 0, 0x3120);
                    b[0] = float16x2FromFloat8x2(first & 0xffff);
                    b[1] = float16x2FromFloat8x2(second & 0xffff);
                    b[2] = float16x2FromFloat8x2(first >> 16);
                    b[3] = float16x2FromFloat8x2(second >> 16);
                }
                else
                    loadMatricesTransposed(unitAddress<valuePitch>(values, step * 16, lane & 15, pair * 2, lane >> 4), b);
#pragma unroll
                for (int tile = 0; tile < S::rowTiles; tile++)
                {
                    multiplyAdd16<operandType>(output[tile][2 * pair], a[tile], b[0], b[1]);
                    multiplyAdd16<operandType>(output[tile][2 * pair + 1], a[tile], b[2], b[3]);
                }
            }
        }
    }
}

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
