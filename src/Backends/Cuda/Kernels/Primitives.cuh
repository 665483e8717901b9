// The machine's instructions under names: conversions, copies, matrix products. Nothing here knows of attention.
#pragma once
#include "Parameters.cuh"

typedef unsigned char Byte;
typedef unsigned short Half16;
typedef unsigned int Word;
typedef long long Long;

#define NEGATIVE_INFINITY __int_as_float(0xff800000)
#define LOG2_E 1.44269504088896341f
#define LN_2 0.69314718055994531f

template <int Type> constexpr int sizeOfElement = Type == ELEMENT_FLOAT32 ? 4 : Type == ELEMENT_FLOAT8_E4M3 ? 1 : 2;

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

// Through exponentials: its error is some 2^-23 of 1, where tanh.approx has 2^-11.
__device__ __forceinline__ float tanhAccurate(float x)
{
    return 1.0f - 2.0f * reciprocalFast(exp2Fast(x * (2 * LOG2_E)) + 1.0f);
}

// ---- Conversions ----

__device__ __forceinline__ float fromFloat16(Half16 x)
{
    float y;
    asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x));
    return y;
}

__device__ __forceinline__ float fromBFloat16(Half16 x) { return __uint_as_float((Word)x << 16); }

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

__device__ __forceinline__ float fromFloat8E4M3(Byte x) { return fromFloat16((Half16)float16x2FromFloat8x2(x)); }

// To the nearest, ties to even; beyond 448, infinities too, 448 of the sign; NaN stays NaN.
__device__ __forceinline__ Byte toFloat8E4M3(float x)
{
    Word bits = __float_as_uint(x), sign = (bits >> 24) & 0x80, rounded = bits & 0x7fffffff;
    float magnitude = __uint_as_float(rounded);
    if (x != x)
        return (Byte)(sign | 0x7f);
    if (magnitude >= 448.0f)
        return (Byte)(sign | 0x7e);

    // Below 2^-6 numbers are multiples of 2^-9: adding 2^14 leaves a fraction of just that step.
    if (magnitude < 0.015625f)
        return (Byte)(sign | (__float_as_uint(__fadd_rn(magnitude, 16384.0f)) - __float_as_uint(16384.0f)));
    rounded += 0x7ffff + ((rounded >> 20) & 1);
    return (Byte)(sign | ((rounded >> 20) - ((127 - 7) << 3)));
}

template <int Type> __device__ __forceinline__ float loadElement(const void* base, Long index)
{
    if constexpr (Type == ELEMENT_FLOAT32)
        return ((const float*)base)[index];
    else if constexpr (Type == ELEMENT_FLOAT16)
        return fromFloat16(((const Half16*)base)[index]);
    else if constexpr (Type == ELEMENT_BFLOAT16)
        return fromBFloat16(((const Half16*)base)[index]);
    else
        return fromFloat8E4M3(((const Byte*)base)[index]);
}

template <int Type> __device__ __forceinline__ void storeElement(void* base, Long index, float value)
{
    if constexpr (Type == ELEMENT_FLOAT32)
        ((float*)base)[index] = value;
    else if constexpr (Type == ELEMENT_FLOAT16)
        ((Half16*)base)[index] = toFloat16(value);
    else if constexpr (Type == ELEMENT_BFLOAT16)
        ((Half16*)base)[index] = (Half16)packBFloat16(value, 0.0f);
    else
        ((Byte*)base)[index] = toFloat8E4M3(value);
}

template <int Type> __device__ __forceinline__ Word packPair(float low, float high)
{
    if constexpr (Type == ELEMENT_FLOAT16)
        return packFloat16(low, high);
    else
        return packBFloat16(low, high);
}

// Eight neighbouring elements.
template <int Type> __device__ __forceinline__ void loadEight(const void* base, Long index, bool isAligned, float (&x)[8])
{
    if (!isAligned)
    {
#pragma unroll
        for (int i = 0; i < 8; i++)
            x[i] = loadElement<Type>(base, index + i);
        return;
    }

    if constexpr (Type == ELEMENT_FLOAT32)
    {
        const float4* source = (const float4*)((const float*)base + index);
        float4 low = source[0], high = source[1];
        x[0] = low.x, x[1] = low.y, x[2] = low.z, x[3] = low.w;
        x[4] = high.x, x[5] = high.y, x[6] = high.z, x[7] = high.w;
    }
    else
    {
        uint4 words = *(const uint4*)((const Half16*)base + index);
        Word word[4] = {words.x, words.y, words.z, words.w};
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            x[2 * i] = Type == ELEMENT_FLOAT16 ? fromFloat16((Half16)word[i]) : __uint_as_float(word[i] << 16);
            x[2 * i + 1] = Type == ELEMENT_FLOAT16 ? fromFloat16((Half16)(word[i] >> 16)) : __uint_as_float(word[i] & 0xffff0000);
        }
    }
}

// ---- Copies ----

__device__ __forceinline__ Word sharedAddress(const void* pointer) { return (Word)__cvta_generic_to_shared(pointer); }

// Bytes from device memory to shared memory, in the background; zeros instead where isValid is false. The level 2 cache is
// asked for the whole of a row of RowBytes, but for no more: a neighbouring row is another head's.
template <int Bytes, int RowBytes> __device__ __forceinline__ void copyAsync(Word target, const void* source, bool isValid)
{
    int size = isValid ? Bytes : 0;
    if constexpr (Bytes != 16)
        asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(target), "l"(source), "n"(Bytes), "r"(size) : "memory");
    else if constexpr (RowBytes >= 256)
        asm volatile("cp.async.cg.shared.global.L2::256B [%0], [%1], 16, %2;" ::"r"(target), "l"(source), "r"(size) : "memory");
    else if constexpr (RowBytes >= 128)
        asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" ::"r"(target), "l"(source), "r"(size) : "memory");
    else
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(target), "l"(source), "r"(size) : "memory");
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

// A float32 number as the sum of two of tf32, with an error below 2^-22 of it.
__device__ __forceinline__ void splitTf32(float x, Word& high, Word& low)
{
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(high) : "f"(x));
    float rest = x - __uint_as_float(high);
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(low) : "f"(rest));
}
