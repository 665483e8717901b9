// The instructions of src/Backends/Cuda/Kernels/Instructions.cuh, by what PTX's manual says of each.
#pragma once
#include "Types.cuh"

// ---- Launches ----

inline void waitForEarlierLaunches() {}
inline void allowNextLaunch() {}

// ---- Numbers ----

inline float emulatedFlush(float x) { return std::fabs(x) < 1.17549435e-38f ? std::copysign(0.0f, x) : x; }
inline float exp2Fast(float x) { return emulatedFlush(std::exp2(emulatedFlush(x))); }
inline float reciprocalFast(float x) { return emulatedFlush(1.0f / emulatedFlush(x)); }
inline float fromFloat16(Half16 x) { return (float)emulatedBits<_Float16>(x); }
inline Half16 toFloat16(float x) { return emulatedBits<Half16>((_Float16)x); }
inline Word packFloat16(float low, float high) { return toFloat16(low) | (Word)toFloat16(high) << 16; }

inline Word emulatedBFloat16(float x)
{
    Word bits = emulatedBits<Word>(x);
    return x != x ? 0x7fff : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

inline Word packBFloat16(float low, float high) { return emulatedBFloat16(low) | emulatedBFloat16(high) << 16; }
inline Word roundTf32(float x) { return emulatedBits<Word>(x) + 0x1000 & 0xffffe000; }

inline Word emulatedFloat16OfFloat8(Word x)
{
    int exponent = x >> 3 & 15, fraction = x & 7;
    float magnitude = exponent == 0 ? std::ldexp((float)fraction, -9) : std::ldexp((float)(8 + fraction), exponent - 10);
    return (x & 0x7f) == 0x7f ? 0x7fff : toFloat16(x & 0x80 ? -magnitude : magnitude);
}

inline Word float16x2FromFloat8x2(Word pair) { return emulatedFloat16OfFloat8(pair & 255) | emulatedFloat16OfFloat8(pair >> 8 & 255) << 16; }

// ---- Copies ----

inline Word sharedAddress(const void* pointer) { return (Word)__cvta_generic_to_shared(pointer); }

template <int Bytes, int RowBytes, bool IsReadOnce = false> inline void copyAsync(Word target, const void* source, bool isValid)
{
    Deferred copy = {};
    copy.target = emulatedShared(target, Bytes, Bytes);
    copy.source = source;
    copy.bytes = Bytes;
    copy.given = isValid ? Bytes : 0;
    if (((uintptr_t)source & (Bytes - 1)) != 0)
        emulated->fail("a copy of %d bytes from an address that is no multiple of them", Bytes);
    copy.run = [](Deferred& x) {
        memset(x.target, 0, x.bytes);
        memcpy(x.target, x.source, x.given);
    };
    emulated->copy(copy);
}

inline void commitCopies() { emulated->commit(); }
template <int Pending> inline void waitCopies() { emulated->wait(Pending); }

// ---- Fragments and products ----

struct EmulatedMatrices
{
    Word address;
    Word* r;
};

template <bool IsTransposed> inline void emulatedLoadMatrices(Word address, Word (&r)[4])
{
    EmulatedMatrices mine = {address, r};
    emulated->warp(0xffffffff, [](void* const* lanes, unsigned) {
        for (int matrix = 0; matrix < 4; matrix++)
        {
            const Half16* rows[8];
            for (int row = 0; row < 8; row++)
                rows[row] = (const Half16*)emulatedShared(((EmulatedMatrices*)lanes[matrix * 8 + row])->address, 16, 16);
            for (int lane = 0; lane < 32; lane++)
            {
                int row = lane >> 2, column = (lane & 3) * 2;
                Word low = IsTransposed ? rows[column][row] : rows[row][column], high = IsTransposed ? rows[column + 1][row] : rows[row][column + 1];
                ((EmulatedMatrices*)lanes[lane])->r[matrix] = low | high << 16;
            }
        }
    }, &mine);
}

inline void loadMatrices(Word address, Word (&r)[4]) { emulatedLoadMatrices<false>(address, r); }
inline void loadMatricesTransposed(Word address, Word (&r)[4]) { emulatedLoadMatrices<true>(address, r); }

struct EmulatedProduct
{
    float* d;
    const Word* a;
    Word b[2];
};

template <int Type> inline float emulatedOperand(Word pair, int half)
{
    Half16 x = (Half16)(half ? pair >> 16 : pair);
    return Type == ELEMENT_FLOAT16 ? fromFloat16(x) : emulatedBits<float>((Word)x << 16);
}

template <int Type> inline void multiplyAdd16(float (&d)[4], const Word (&a)[4], Word b0, Word b1)
{
    EmulatedProduct mine = {d, a, {b0, b1}};
    emulated->warp(0xffffffff, [](void* const* lanes, unsigned) {
        float a[16][16], b[8][16];
        for (int lane = 0; lane < 32; lane++)
        {
            auto* x = (EmulatedProduct*)lanes[lane];
            int row = lane >> 2, k = (lane & 3) * 2;
            for (int i = 0; i < 2; i++)
            {
                a[row][k + i] = emulatedOperand<Type>(x->a[0], i);
                a[row + 8][k + i] = emulatedOperand<Type>(x->a[1], i);
                a[row][k + 8 + i] = emulatedOperand<Type>(x->a[2], i);
                a[row + 8][k + 8 + i] = emulatedOperand<Type>(x->a[3], i);
                b[row][k + i] = emulatedOperand<Type>(x->b[0], i);
                b[row][k + 8 + i] = emulatedOperand<Type>(x->b[1], i);
            }
        }
        for (int lane = 0; lane < 32; lane++)
        {
            for (int i = 0; i < 4; i++)
            {
                int row = (lane >> 2) + (i >> 1) * 8, column = (lane & 3) * 2 + (i & 1);
                float sum = 0;
                for (int k = 0; k < 16; k++)
                    sum += a[row][k] * b[column][k];
                ((EmulatedProduct*)lanes[lane])->d[i] += sum;
            }
        }
    }, &mine);
}

inline void multiplyAddTf32(float (&d)[4], const Word (&a)[4], Word b0, Word b1)
{
    EmulatedProduct mine = {d, a, {b0, b1}};
    emulated->warp(0xffffffff, [](void* const* lanes, unsigned) {
        auto tf32 = [](Word x) { return emulatedBits<float>(x & 0xffffe000); };
        float a[16][8], b[8][8];
        for (int lane = 0; lane < 32; lane++)
        {
            auto* x = (EmulatedProduct*)lanes[lane];
            int row = lane >> 2, k = lane & 3;
            a[row][k] = tf32(x->a[0]);
            a[row + 8][k] = tf32(x->a[1]);
            a[row][k + 4] = tf32(x->a[2]);
            a[row + 8][k + 4] = tf32(x->a[3]);
            b[row][k] = tf32(x->b[0]);
            b[row][k + 4] = tf32(x->b[1]);
        }
        for (int lane = 0; lane < 32; lane++)
        {
            for (int i = 0; i < 4; i++)
            {
                int row = (lane >> 2) + (i >> 1) * 8, column = (lane & 3) * 2 + (i & 1);
                float sum = 0;
                for (int k = 0; k < 8; k++)
                    sum += a[row][k] * b[column][k];
                ((EmulatedProduct*)lanes[lane])->d[i] += sum;
            }
        }
    }, &mine);
}
