// What PagedAttention.cu is compiled to: its macros, and how a block uses shared memory.
#pragma once
#include "Rows.cuh"

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
