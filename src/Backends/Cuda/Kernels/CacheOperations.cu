// What moves rows and pages of a KV cache, after vLLM's reshape_and_cache, copy_blocks and gather_cache. All are bound by
// memory; a warp moves a row (one token's key or value of one head), 16 bytes a lane where addresses allow.
//
// store_in_cache   the step's new keys and values to the slots that the slot mapping gives. To a float8 cache: divided by the
//                  scale in float32, rounded to the nearest (ties to even), at most 448; NaN stays NaN. Else bit by bit.
// copy_pages       whole pages, for copy-on-write and beam search. No target may be the source of another pair.
// gather_keys      keys (or values) of requests out of their pages into rows side by side; a float8 cache times its scale.
#include "Primitives.cuh"

template <int Size> __device__ __forceinline__ void storeRow(const void* source, Long from, void* target, Long to, float scale, bool isAligned, int lane)
{
    if constexpr (CACHE_TYPE == ELEMENT_FLOAT8_E4M3)
    {
        for (int i = lane; i < Size; i += 32)
            ((Byte*)target)[to + i] = toFloat8E4M3(__fdiv_rn(loadElement<ELEMENT_TYPE>(source, from + i), scale));
    }
    else
    {
        constexpr int element = sizeOfElement<ELEMENT_TYPE>;
        if (isAligned)
        {
            for (int i = lane; i < Size * element / 16; i += 32)
                ((uint4*)((Byte*)target + to * element))[i] = ((const uint4*)((const Byte*)source + from * element))[i];
            return;
        }
        for (int i = lane; i < Size; i += 32)
        {
            if constexpr (element == 4)
                ((Word*)target)[to + i] = ((const Word*)source)[from + i];
            else
                ((Half16*)target)[to + i] = ((const Half16*)source)[from + i];
        }
    }
}

extern "C" __global__ void __launch_bounds__(256) store_in_cache(const __grid_constant__ CacheStoreParameters p)
{
    Long unit = blockIdx.x * 8ll + (threadIdx.x >> 5);
    if (unit >= (Long)p.tokens * p.heads)
        return;
    int lane = threadIdx.x & 31, token = (int)(unit / p.heads), head = (int)(unit % p.heads);
    Long slot = p.slotMapping[token];
    if (slot < 0)
        return;
    Long page = slot / p.pageSize, place = slot % p.pageSize;
    storeRow<HEAD_SIZE>(
        p.newKeys, token * p.newKeyTokenStride + head * p.newKeyHeadStride,
        p.keys, page * p.keyPageStride + place * p.keyTokenStride + head * p.keyHeadStride, p.keyScale, p.isAligned, lane);
    storeRow<VALUE_HEAD_SIZE>(
        p.newValues, token * p.newValueTokenStride + head * p.newValueHeadStride,
        p.values, page * p.valuePageStride + place * p.valueTokenStride + head * p.valueHeadStride, p.valueScale, p.isAligned, lane);
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
