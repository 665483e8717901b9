// Scores and outputs of a warp in PagedAttention.cu: products of what is in shared memory, added to registers.
#pragma once
#include "PagedShapes.cuh"

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
