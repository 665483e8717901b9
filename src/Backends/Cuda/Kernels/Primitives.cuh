// Numbers of the types there are: read, written, converted, taken apart. Nothing here knows of attention.
#pragma once
#include "Instructions.cuh"

// Through exponentials: its error is some 2^-23 of 1, where tanh.approx has 2^-11.
__device__ __forceinline__ float tanhAccurate(float x)
{
    return 1.0f - 2.0f * reciprocalFast(exp2Fast(x * (2 * LOG2_E)) + 1.0f);
}

// ---- Conversions ----

__device__ __forceinline__ float fromBFloat16(Half16 x) { return __uint_as_float((Word)x << 16); }

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

// A float32 number as the sum of two of tf32, with an error below 2^-22 of it.
__device__ __forceinline__ void splitTf32(float x, Word& high, Word& low)
{
    high = roundTf32(x);
    low = roundTf32(x - __uint_as_float(high));
}
