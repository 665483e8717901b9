// What moves rows and pages of a KV cache, after vLLM's reshape_and_cache, copy_blocks and gather_cache. All are bound by
// memory; a warp moves rows (one token's key or value of one head), 16 bytes a lane where addresses allow.
//
// store_in_cache   the step's new keys and values to the slots that the slot mapping gives. To a float8 cache: divided by the
//                  scale in float32, rounded to the nearest (ties to even), at most 448; NaN stays NaN. Else bit by bit.
// copy_pages       whole pages, for copy-on-write and beam search. No target may be the source of another pair.
// gather_keys      keys (or values) of requests out of their pages into rows side by side; a float8 cache times its scale.
#include "Primitives.cuh"

// Where a row of keys and of values comes from and goes to, in elements.
struct StoredRow
{
    Long key, value, keyTarget, valueTarget;    // target -1: it is not stored
};

__device__ __forceinline__ StoredRow findStoredRow(const CacheStoreParameters& p, Long unit)
{
    StoredRow row = {0, 0, -1, -1};
    if (unit >= (Long)p.tokens * p.heads)
        return row;
    int token = (int)(unit / p.heads), head = (int)(unit % p.heads);
    Long slot = p.slotMapping[token];
    if (slot < 0)
        return row;
    Long page = slot / p.pageSize, place = slot % p.pageSize;
    row.key = token * p.newKeyTokenStride + head * p.newKeyHeadStride;
    row.value = token * p.newValueTokenStride + head * p.newValueHeadStride;
    row.keyTarget = page * p.keyPageStride + place * p.keyTokenStride + head * p.keyHeadStride;
    row.valueTarget = page * p.valuePageStride + place * p.valueTokenStride + head * p.valueHeadStride;
    return row;
}

template <int Size> __device__ __forceinline__ void storeElements(const void* source, Long from, void* target, Long to, float scale, int lane)
{
    if (to < 0)
        return;
    for (int i = lane; i < Size; i += 32)
    {
        if constexpr (CACHE_TYPE == ELEMENT_FLOAT8_E4M3)
            ((Byte*)target)[to + i] = toFloat8E4M3(__fdiv_rn(loadElement<ELEMENT_TYPE>(source, from + i), scale));
        else if constexpr (sizeOfElement<ELEMENT_TYPE> == 4)
            ((Word*)target)[to + i] = ((const Word*)source)[from + i];
        else
            ((Half16*)target)[to + i] = ((const Half16*)source)[from + i];
    }
}

// A warp stores rowsOfWarp rows of keys and of values. Each of as many lanes finds out where one of them stands; where rows are
// whole units of 16 bytes, a row's keys and values are one run of units, of which the warp has several loads on their way at once.
constexpr int rowsOfWarp = 4;

// Stores a unit of a row, which a float8 cache holds in fewer bytes.
__device__ __forceinline__ void storeUnit(Byte* target, const uint4& unit, float scale)
{
    if constexpr (CACHE_TYPE == ELEMENT_TYPE)
    {
        *(uint4*)target = unit;
        return;
    }
    Word words[4] = {unit.x, unit.y, unit.z, unit.w};
    constexpr int perWord = 4 / sizeOfElement<ELEMENT_TYPE>;
#pragma unroll
    for (int first = 0; first < 4; first += 4 / perWord)
    {
        Word bytes = 0;
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            Word word = words[first + i / perWord] >> (i % perWord * 16);
            float x = ELEMENT_TYPE == ELEMENT_FLOAT32 ? __uint_as_float(word) : ELEMENT_TYPE == ELEMENT_FLOAT16 ? fromFloat16((Half16)word) : fromBFloat16((Half16)word);
            bytes |= (Word)toFloat8E4M3(__fdiv_rn(x, scale)) << (8 * i);
        }
        ((Word*)target)[first * perWord / 4] = bytes;
    }
}

extern "C" __global__ void __launch_bounds__(256, 4) store_in_cache(const __grid_constant__ CacheStoreParameters p)
{
    constexpr int element = sizeOfElement<ELEMENT_TYPE>, stored = sizeOfElement<CACHE_TYPE>, unitStored = 16 / element * stored;
    constexpr int keyUnits = HEAD_SIZE * element / 16, allUnits = keyUnits + VALUE_HEAD_SIZE * element / 16;
    constexpr int units = allUnits > 0 ? allUnits : 1;    // rows shorter than a unit are not copied by units
    constexpr int steps = (rowsOfWarp * units + 31) / 32, stepsAtOnce = steps < 4 ? steps : 4;
    allowNextLaunch();
    int lane = threadIdx.x & 31;
    Long first = (blockIdx.x * 8ll + (threadIdx.x >> 5)) * rowsOfWarp;
    StoredRow own = {0, 0, -1, -1};
    if (lane < rowsOfWarp)
        own = findStoredRow(p, first + lane);
    if (!p.isAligned)
    {
#pragma unroll 1
        for (int row = 0; row < rowsOfWarp; row++)
        {
            Long key = __shfl_sync(0xffffffff, own.key, row), keyTarget = __shfl_sync(0xffffffff, own.keyTarget, row);
            Long value = __shfl_sync(0xffffffff, own.value, row), valueTarget = __shfl_sync(0xffffffff, own.valueTarget, row);
            storeElements<HEAD_SIZE>(p.newKeys, key, p.keys, keyTarget, p.keyScale, lane);
            storeElements<VALUE_HEAD_SIZE>(p.newValues, value, p.values, valueTarget, p.valueScale, lane);
        }
        return;
    }

#pragma unroll 1
    for (int step = 0; step < steps; step += stepsAtOnce)
    {
        uint4 data[stepsAtOnce];
        Byte* targets[stepsAtOnce];
#pragma unroll
        for (int i = 0; i < stepsAtOnce; i++)
        {
            int number = (step + i) * 32 + lane, row = number / units, unit = number - row * units;
            Long key = __shfl_sync(0xffffffff, own.key, row & 31), keyTarget = __shfl_sync(0xffffffff, own.keyTarget, row & 31);
            Long value = __shfl_sync(0xffffffff, own.value, row & 31), valueTarget = __shfl_sync(0xffffffff, own.valueTarget, row & 31);
            bool isKey = unit < keyUnits;
            Long from = isKey ? key : value, to = isKey ? keyTarget : valueTarget;
            unit = isKey ? unit : unit - keyUnits;
            targets[i] = row < rowsOfWarp && to >= 0 ? (Byte*)(isKey ? p.keys : p.values) + to * stored + unit * unitStored : nullptr;
            if (targets[i] != nullptr)
                data[i] = ((const uint4*)((const Byte*)(isKey ? p.newKeys : p.newValues) + from * element))[unit];
        }
#pragma unroll
        for (int i = 0; i < stepsAtOnce; i++)
        {
            bool isKey = ((step + i) * 32 + lane) % units < keyUnits;
            if (targets[i] != nullptr)
                storeUnit(targets[i], data[i], isKey ? p.keyScale : p.valueScale);
        }
    }
}

extern "C" __global__ void __launch_bounds__(256) copy_pages(const __grid_constant__ PageCopyParameters p)
{
    // Quarters of pages, so that a few pages occupy many multiprocessors.
    Long units = *p.pairCount * 4ll, quarter = (p.pageBytes / 4 + 15) / 16 * 16;
    for (Long unit = blockIdx.x; unit < units; unit += gridDim.x)
    {
        const int* pair = p.pairs + unit / 4 * 2;
        Long first = unit % 4 * quarter, end = min(first + quarter, p.pageBytes);
        const Byte* source = (const Byte*)p.storage + pair[0] * p.pageStride;
        Byte* target = (Byte*)p.storage + pair[1] * p.pageStride;
        if ((((unsigned long long)source | (unsigned long long)target | p.pageBytes) & 15) == 0)
        {
            for (Long i = first + threadIdx.x * 16; i < end; i += 256 * 16)
                *(uint4*)(target + i) = *(const uint4*)(source + i);
        }
        else
        {
            for (Long i = first + threadIdx.x; i < end; i += 256)
                target[i] = source[i];
        }
    }
}

extern "C" __global__ void __launch_bounds__(256) gather_keys(const __grid_constant__ GatherParameters p)
{
    int lane = threadIdx.x & 31;
    Long units = (Long)p.rowStartLoc[p.requests] * p.heads;
    for (Long unit = blockIdx.x * 8ll + (threadIdx.x >> 5); unit < units; unit += gridDim.x * 8ll)
    {
        int row = (int)(unit / p.heads), head = (int)(unit % p.heads);

        // The last request that begins at or before the row; empty ones before it begin there too.
        int low = 0, high = p.requests - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (p.rowStartLoc[middle] <= row)
                low = middle;
            else
                high = middle - 1;
        }

        int key = row - p.rowStartLoc[low] + (p.firstKeys == nullptr ? 0 : p.firstKeys[low]), block = key / p.pageSize;
        Long page = p.blockTable[low * p.blockTableStride + block];
        Long from = page * p.pageStride + (key - block * p.pageSize) * p.tokenStride + head * p.headStride;
        Long to = row * p.outputTokenStride + head * p.outputHeadStride;
        for (int i = lane; i < p.headSize; i += 32)
        {
            float x = loadElement<CACHE_TYPE>(p.cache, from + i);
            storeElement<ELEMENT_TYPE>(p.output, to + i, CACHE_TYPE == ELEMENT_FLOAT8_E4M3 ? x * p.cacheScale : x);
        }
    }
}
