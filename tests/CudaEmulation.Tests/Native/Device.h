// CUDA C++ for a C++ compiler: included before each kernel source.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include "Emulation.h"

extern "C" Emulation* emulated;
Emulation* emulated = nullptr;

#define __global__
#define __device__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(n) __attribute__((aligned(n)))
#define __restrict__

// Blocks run one after another: what they share may stay where it is.
#define __shared__ static

#define threadIdx emulated->threadIdx
#define blockIdx emulated->blockIdx
#define blockDim emulated->blockDim
#define gridDim emulated->gridDim

struct alignas(8) float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };
struct alignas(8) uint2 { unsigned x, y; };
struct alignas(16) uint4 { unsigned x, y, z, w; };
struct alignas(8) int2 { int x, y; };
struct alignas(16) int4 { int x, y, z, w; };
struct alignas(16) longlong2 { long long x, y; };
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline longlong2 make_longlong2(long long x, long long y) { return {x, y}; }

template <class A, class B> constexpr std::common_type_t<A, B> min(A a, B b) { return b < a ? b : a; }
template <class A, class B> constexpr std::common_type_t<A, B> max(A a, B b) { return a < b ? b : a; }

template <class To, class From> inline To emulatedBits(From from)
{
    To to;
    memcpy(&to, &from, sizeof to);
    return to;
}

inline float __int_as_float(int x) { return emulatedBits<float>(x); }
inline int __float_as_int(float x) { return emulatedBits<int>(x); }
inline float __uint_as_float(unsigned x) { return emulatedBits<float>(x); }
inline unsigned __float_as_uint(float x) { return emulatedBits<unsigned>(x); }
inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }

inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector)
{
    unsigned long long bytes = (unsigned long long)y << 32 | x;
    unsigned result = 0;
    for (int i = 0; i < 4; i++)
    {
        unsigned choice = selector >> 4 * i & 15, byte = bytes >> 8 * (choice & 7) & 255;
        result |= (choice & 8 ? (byte & 128 ? 255u : 0u) : byte) << 8 * i;
    }
    return result;
}

// ---- Warps and blocks ----

template <class T> struct EmulatedExchange
{
    T value, result;
    int from;
};

template <class T> inline T emulatedShuffle(unsigned mask, T value, int from)
{
    EmulatedExchange<T> mine = {value, value, from & 31};
    emulated->warp(mask, [](void* const* lanes, unsigned mask) {
        for (int i = 0; i < 32; i++)
        {
            if (!(mask >> i & 1))
                continue;
            auto* lane = (EmulatedExchange<T>*)lanes[i];
            if (!(mask >> lane->from & 1))
                emulated->fail("lane %d reads lane %d, which takes no part", i, lane->from);
            lane->result = ((EmulatedExchange<T>*)lanes[lane->from])->value;
        }
    }, &mine);
    return mine.result;
}

template <class T> inline T __shfl_sync(unsigned mask, T value, int from) { return emulatedShuffle(mask, value, from); }
template <class T> inline T __shfl_xor_sync(unsigned mask, T value, int distance) { return emulatedShuffle(mask, value, (int)emulated->lane ^ distance); }
template <class T> inline T __shfl_down_sync(unsigned mask, T value, int distance)
{
    int from = (int)emulated->lane + distance;
    return emulatedShuffle(mask, value, from < 32 ? from : (int)emulated->lane);
}
template <class T> inline T __shfl_up_sync(unsigned mask, T value, int distance)
{
    int from = (int)emulated->lane - distance;
    return emulatedShuffle(mask, value, from >= 0 ? from : (int)emulated->lane);
}

template <class T, class Fold> inline T emulatedReduce(unsigned mask, T value)
{
    EmulatedExchange<T> mine = {value, value, 0};
    emulated->warp(mask, [](void* const* lanes, unsigned mask) {
        int first = __builtin_ctz(mask);
        T total = ((EmulatedExchange<T>*)lanes[first])->value;
        for (int i = first + 1; i < 32; i++)
        {
            if (mask >> i & 1)
                total = Fold()(total, ((EmulatedExchange<T>*)lanes[i])->value);
        }
        for (int i = 0; i < 32; i++)
        {
            if (mask >> i & 1)
                ((EmulatedExchange<T>*)lanes[i])->result = total;
        }
    }, &mine);
    return mine.result;
}

struct EmulatedLargest { template <class T> T operator()(T a, T b) const { return a < b ? b : a; } };
struct EmulatedSmallest { template <class T> T operator()(T a, T b) const { return b < a ? b : a; } };
struct EmulatedSum { template <class T> T operator()(T a, T b) const { return a + b; } };
struct EmulatedAny { template <class T> T operator()(T a, T b) const { return a | b; } };
struct EmulatedAll { template <class T> T operator()(T a, T b) const { return a & b; } };

template <class T> inline T __reduce_max_sync(unsigned mask, T value) { return emulatedReduce<T, EmulatedLargest>(mask, value); }
template <class T> inline T __reduce_min_sync(unsigned mask, T value) { return emulatedReduce<T, EmulatedSmallest>(mask, value); }
template <class T> inline T __reduce_add_sync(unsigned mask, T value) { return emulatedReduce<T, EmulatedSum>(mask, value); }
inline int __any_sync(unsigned mask, int value) { return emulatedReduce<int, EmulatedAny>(mask, value != 0); }
inline int __all_sync(unsigned mask, int value) { return emulatedReduce<int, EmulatedAll>(mask, value != 0); }
inline unsigned __ballot_sync(unsigned mask, int value) { return emulatedReduce<unsigned, EmulatedAny>(mask, value != 0 ? 1u << emulated->lane : 0u); }
inline void __syncwarp(unsigned mask = 0xffffffff) { emulated->warp(mask, [](void* const*, unsigned) {}, nullptr); }
inline void __syncthreads() { emulated->barrier(0, 0, true, true); }
inline int __syncthreads_and(int value) { return emulated->barrier(0, 0, value != 0, true); }
inline int __syncthreads_or(int value) { return !emulated->barrier(0, 0, value == 0, true); }
inline void __threadfence() {}
inline void __threadfence_block() {}

// ---- Memory ----

template <class T> inline T __ldg(const T* address) { return *address; }

template <class T, class V> inline T atomicAdd(T* address, V value)
{
    T old = *address;
    *address = old + (T)value;
    return old;
}

template <class T, class V> inline T atomicMax(T* address, V value)
{
    T old = *address;
    *address = old < (T)value ? (T)value : old;
    return old;
}

template <class T, class V> inline T atomicExch(T* address, V value)
{
    T old = *address;
    *address = (T)value;
    return old;
}

inline unsigned atomicInc(unsigned* address, unsigned most)
{
    unsigned old = *address;
    *address = old >= most ? 0 : old + 1;
    return old;
}

// Offsets from the block's dynamic shared memory.
inline size_t __cvta_generic_to_shared(const void* pointer) { return (size_t)((const unsigned char*)pointer - emulated->shared); }

inline unsigned char* emulatedShared(unsigned address, unsigned bytes, unsigned alignment)
{
    int offset = (int)address;
    if (offset >= 0 && offset < 1 << 20 && (size_t)offset + bytes > emulated->sharedBytes)
        emulated->fail("shared address %d with %u bytes is beyond the block's %zu", offset, bytes, emulated->sharedBytes);
    unsigned char* pointer = emulated->shared + offset;
    if (((uintptr_t)pointer & (alignment - 1)) != 0)
        emulated->fail("shared address %d is no multiple of %u", offset, alignment);
    return pointer;
}
