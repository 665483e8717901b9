// The machine's instructions under names, each what its name says and no more: the one place where PTX is written.
#pragma once
#include "Types.cuh"

// ---- Launches ----

// Waits until the launches before have ended and what they wrote can be read. Where a launch does not overlap them, they have.
__device__ __forceinline__ void waitForEarlierLaunches()
{
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

// Lets the next launch begin, as soon as all blocks have come here or ended.
__device__ __forceinline__ void allowNextLaunch()
{
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

// ---- Numbers ----

__device__ __forceinline__ float exp2Fast(float x)
{
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

__device__ __forceinline__ float reciprocalFast(float x)
{
    float y;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

__device__ __forceinline__ float fromFloat16(Half16 x)
{
    float y;
    asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x));
    return y;
}

__device__ __forceinline__ Half16 toFloat16(float x)
{
    Half16 y;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y) : "f"(x));
    return y;
}

__device__ __forceinline__ Word packFloat16(float low, float high)
{
    Word y;
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low));
    return y;
}

__device__ __forceinline__ Word packBFloat16(float low, float high)
{
    Word y;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low));
    return y;
}

// The nearest number of tf32, ties away from zero, in a float32's bits.
__device__ __forceinline__ Word roundTf32(float x)
{
    Word y;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(y) : "f"(x));
    return y;
}

// Two e4m3 numbers in the low half of a word become two float16 numbers, exactly.
__device__ __forceinline__ Word float16x2FromFloat8x2(Word pair)
{
#if __CUDA_ARCH__ >= 890
    Word y;
    asm("{ .reg .b16 t; cvt.u16.u32 t, %1; cvt.rn.f16x2.e4m3x2 %0, t; }" : "=r"(y) : "r"(pair));
    return y;
#else
    // The exponent has 8 less bias than float16's: 2^8 is made up for by a product, which is exact for subnormal numbers too.
    Word spread = __byte_perm(pair, 0, 0x1404);
    Word y = (spread & 0x80008000) | ((spread >> 1) & 0x3f803f80);
    asm("mul.f16x2 %0, %0, %1;" : "+r"(y) : "r"(0x5c005c00));
    if ((spread & 0x7f00) == 0x7f00)
        y |= 0x7fff;
    if ((spread & 0x7f000000) == 0x7f000000)
        y |= 0x7fff0000;
    return y;
#endif
}

// ---- Copies ----

__device__ __forceinline__ Word sharedAddress(const void* pointer) { return (Word)__cvta_generic_to_shared(pointer); }

// Bytes from device memory to shared memory, in the background; zeros instead where isValid is false. The level 2 cache is
// asked for the whole of a row of RowBytes, but for no more: a neighbouring row is another head's. What is read once is the first to
// leave it.
template <int Bytes, int RowBytes, bool IsReadOnce = false> __device__ __forceinline__ void copyAsync(Word target, const void* source, bool isValid)
{
    int size = isValid ? Bytes : 0;
#define COPY_ASYNC(FETCHED) \
    if constexpr (IsReadOnce) \
        asm volatile("{ .reg .b64 policy; createpolicy.fractional.L2::evict_first.b64 policy, 1.0; cp.async.cg.shared.global.L2::cache_hint" FETCHED " [%0], [%1], 16, %2, policy; }" \
                     ::"r"(target), "l"(source), "r"(size) : "memory"); \
    else \
        asm volatile("cp.async.cg.shared.global" FETCHED " [%0], [%1], 16, %2;" ::"r"(target), "l"(source), "r"(size) : "memory")
    if constexpr (Bytes != 16)
        asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(target), "l"(source), "n"(Bytes), "r"(size) : "memory");
    else if constexpr (RowBytes >= 256)
        COPY_ASYNC(".L2::256B");
    else if constexpr (RowBytes >= 128)
        COPY_ASYNC(".L2::128B");
    else
        COPY_ASYNC("");
#undef COPY_ASYNC
}

__device__ __forceinline__ void commitCopies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

template <int Pending> __device__ __forceinline__ void waitCopies() { asm volatile("cp.async.wait_group %0;" ::"n"(Pending) : "memory"); }

// ---- Fragments and products ----

__device__ __forceinline__ void loadMatrices(Word address, Word (&r)[4])
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];" : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(address) : "memory");
}

__device__ __forceinline__ void loadMatricesTransposed(Word address, Word (&r)[4])
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];" : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(address) : "memory");
}

template <int Type> __device__ __forceinline__ void multiplyAdd16(float (&d)[4], const Word (&a)[4], Word b0, Word b1)
{
    if constexpr (Type == ELEMENT_FLOAT16)
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
    else
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

__device__ __forceinline__ void multiplyAddTf32(float (&d)[4], const Word (&a)[4], Word b0, Word b1)
{
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
