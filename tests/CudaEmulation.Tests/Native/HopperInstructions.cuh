// The instructions of src/Backends/Cuda/Kernels/HopperInstructions.cuh, by what PTX's manual says of each. Products run when they are
// waited for, and boxes come when somebody waits for any barrier: the latest there is.
#pragma once
#include <vector>
#include "Instructions.cuh"
#include "TensorMap.h"

// ---- Barriers in shared memory ----

struct EmulatedBarrier
{
    int bytes;
    short pending;
    unsigned short phaseAndCount;

    void settle()
    {
        if (pending < 0)
            emulated->fail("more threads arrive at a barrier in shared memory than it counts");
        if (pending != 0 || bytes != 0)
            return;
        phaseAndCount ^= 0x8000;
        pending = phaseAndCount & 0x7fff;
    }
};

inline EmulatedBarrier& emulatedBarrier(Word address) { return *(EmulatedBarrier*)emulatedShared(address, 8, 8); }

inline void makeBarrier(Word barrier, int arrivals) { emulatedBarrier(barrier) = {0, (short)arrivals, (unsigned short)arrivals}; }
inline void publishBarriers() {}

inline void arriveExpecting(Word barrier, int bytes)
{
    EmulatedBarrier& x = emulatedBarrier(barrier);
    x.bytes += bytes;
    x.pending--;
    x.settle();
}

inline void arrive(Word barrier) { arriveExpecting(barrier, 0); }

inline void waitPhase(Word barrier, Word parity)
{
    while (emulatedBarrier(barrier).phaseAndCount >> 15 == (int)parity)
    {
        emulated->poll();
        if (emulatedBarrier(barrier).phaseAndCount >> 15 == (int)parity)
            emulated->pause();
    }
}

// ---- Copies ----

inline void publishToEngines() {}
inline void prefetchTensor(const TensorMap*) {}

inline Word emulatedSwizzle(Word address) { return address ^ ((address >> 7 & 7) << 4); }

struct EmulatedBox
{
    int first[5];
};

inline void emulatedCopy(Deferred& d)
{
    const auto* tensor = (const EmulatedTensorMap*)d.source;
    int bytes = tensor->elementBytes, rank = tensor->rank, row = tensor->box[0] * bytes, rows = 1;
    for (int k = 1; k < rank; k++)
        rows *= tensor->box[k];
    for (int r = 0; r < rows; r++)
    {
        // Rows follow each other, the second dimension fastest.
        const unsigned char* source = tensor->address;
        bool isInside = true;
        for (int k = 1, left = r; k < rank; left /= tensor->box[k], k++)
        {
            int place = (int)d.numbers[2 + k] + left % tensor->box[k];
            isInside &= place >= 0 && (unsigned)place <= tensor->sizes[k];
            source += place * (long long)tensor->strides[k - 1];
        }
        for (int i = 0; i < row; i += bytes)
        {
            int column = (int)d.numbers[2] + i / bytes;
            unsigned char* target = emulatedShared(emulatedSwizzle((Word)d.numbers[0] + r * row + i), bytes, bytes);
            for (int k = 0; k < bytes; k++)
                target[k] = isInside && column >= 0 && (unsigned)column <= tensor->sizes[0] ? source[(long long)column * bytes + k] : 0;
        }
    }
    EmulatedBarrier& barrier = emulatedBarrier((Word)d.numbers[1]);
    barrier.bytes -= rows * row;
    barrier.settle();
}

inline void emulatedStart(Word target, const TensorMap* map, Word barrier, int rank, const EmulatedBox& box)
{
    const auto* tensor = (const EmulatedTensorMap*)map;
    if (tensor->rank != rank || tensor->swizzle != 3)
        emulated->fail("a tensor map of rank %d with swizzle %d is not what the emulation copies", tensor->rank, tensor->swizzle);
    if ((target & 127) != 0)
        emulated->fail("a box goes to shared address %u, which is no multiple of 128", target);
    Deferred copy = {};
    copy.source = tensor;
    copy.numbers[0] = target;
    copy.numbers[1] = barrier;
    for (int k = 0; k < rank; k++)
        copy.numbers[2 + k] = (unsigned)box.first[k];
    copy.run = emulatedCopy;
    emulated->start(copy);
}

inline void copyTensor(Word target, const TensorMap* map, Word barrier, int x, int y, int z, int w)
{
    emulatedStart(target, map, barrier, 4, {{x, y, z, w}});
}

inline void copyTensor(Word target, const TensorMap* map, Word barrier, int x, int y, int z, int w, int v)
{
    emulatedStart(target, map, barrier, 5, {{x, y, z, w, v}});
}

inline void copyTensorOnce(Word target, const TensorMap* map, Word barrier, int x, int y, int z, int w, int v)
{
    copyTensor(target, map, barrier, x, y, z, w, v);
}

// ---- Warpgroups ----

template <int Count> inline void shrinkRegisters() {}
template <int Count> inline void growRegisters() {}
inline void beginProducts() { __syncwarp(); }

// A warp's part of a product: 16 rows. What the lanes hold is read and written when it runs.
struct EmulatedWarpProduct
{
    float* d[32];
    const Word* a[32];
    unsigned long long aDescriptor, bDescriptor;
    int columns, firstRow;
    bool adds, isFloat16, isOpen;
};

inline std::vector<EmulatedWarpProduct>& emulatedProducts(int warp)
{
    static std::vector<EmulatedWarpProduct> pending[32];
    return pending[warp];
}

inline std::vector<int>& emulatedProductGroups(int warp)
{
    static std::vector<int> groups[32];
    return groups[warp];
}

inline float emulatedElement(Word address, bool isFloat16)
{
    Half16 x = *(const Half16*)emulatedShared(emulatedSwizzle(address), 2, 2);
    return isFloat16 ? fromFloat16(x) : emulatedBits<float>((Word)x << 16);
}

inline void emulatedRun(EmulatedWarpProduct& x)
{
    auto start = [](unsigned long long descriptor) { return (Word)(descriptor & 0x3fff) << 4; };
    auto leading = [](unsigned long long descriptor) { return (Word)(descriptor >> 16 & 0x3fff) << 4; };
    auto stride = [](unsigned long long descriptor) { return (Word)(descriptor >> 32 & 0x3fff) << 4; };
    if (x.bDescriptor >> 62 != 1 || (x.a[0] == nullptr && x.aDescriptor >> 62 != 1))
        emulated->fail("a descriptor is not one of 128-byte swizzling");
    float a[16][16], b[256][16];
    for (int row = 0; row < 16; row++)
    {
        for (int k = 0; k < 16; k++)
        {
            if (x.a[0] == nullptr)
            {
                int whole = x.firstRow + row;
                a[row][k] = emulatedElement(start(x.aDescriptor) + whole / 8 * stride(x.aDescriptor) + whole % 8 * 128 + k * 2, x.isFloat16);
            }
            else
            {
                Word pair = x.a[(row & 7) * 4 + (k & 7) / 2][(row >> 3) + (k >> 3) * 2];
                Half16 half = (Half16)(k & 1 ? pair >> 16 : pair);
                a[row][k] = x.isFloat16 ? fromFloat16(half) : emulatedBits<float>((Word)half << 16);
            }
        }
    }
    for (int n = 0; n < x.columns; n++)
    {
        for (int k = 0; k < 16; k++)
        {
            Word address = x.a[0] == nullptr
                ? start(x.bDescriptor) + n / 8 * stride(x.bDescriptor) + n % 8 * 128 + k * 2
                : start(x.bDescriptor) + k / 8 * stride(x.bDescriptor) + k % 8 * 128 + n / 64 * leading(x.bDescriptor) + n % 64 * 2;
            b[n][k] = emulatedElement(address, x.isFloat16);
        }
    }
    for (int lane = 0; lane < 32; lane++)
    {
        for (int i = 0; i < x.columns / 2; i++)
        {
            int row = (lane >> 2) + (i >> 1 & 1) * 8, column = i / 4 * 8 + (lane & 3) * 2 + (i & 1);
            float sum = 0;
            for (int k = 0; k < 16; k++)
                sum += a[row][k] * b[column][k];
            x.d[lane][i] = x.adds ? x.d[lane][i] + sum : sum;
        }
    }
}

struct EmulatedOperands
{
    float* d;
    const Word* a;
    unsigned long long aDescriptor, bDescriptor;
    int columns, warp;
    bool adds, isFloat16;
};

inline void emulatedIssue(EmulatedOperands mine)
{
    mine.warp = threadIdx.x >> 5;
    emulated->warp(0xffffffff, [](void* const* lanes, unsigned) {
        const auto& first = *(const EmulatedOperands*)lanes[0];
        EmulatedWarpProduct product = {{}, {}, first.aDescriptor, first.bDescriptor, first.columns, first.warp % 4 * 16, first.adds, first.isFloat16, true};
        for (int i = 0; i < 32; i++)
        {
            const auto& lane = *(const EmulatedOperands*)lanes[i];
            if (lane.aDescriptor != first.aDescriptor || lane.bDescriptor != first.bDescriptor || lane.adds != first.adds)
                emulated->fail("the lanes of a warp do not mean the same product");
            product.d[i] = lane.d;
            product.a[i] = lane.a;
        }
        emulatedProducts(first.warp).push_back(product);
    }, &mine);
}

inline void commitProducts()
{
    int warp = threadIdx.x >> 5;
    emulated->warp(0xffffffff, [](void* const* lanes, unsigned) {
        int warp = *(const int*)lanes[0], open = 0;
        for (EmulatedWarpProduct& product : emulatedProducts(warp))
        {
            open += product.isOpen;
            product.isOpen = false;
        }
        emulatedProductGroups(warp).push_back(open);
    }, &warp);
}

template <int Pending> inline void waitProducts()
{
    int warp = threadIdx.x >> 5;
    emulated->warp(0xffffffff, [](void* const* lanes, unsigned) {
        auto& products = emulatedProducts(*(const int*)lanes[0]);
        auto& groups = emulatedProductGroups(*(const int*)lanes[0]);
        while ((int)groups.size() > Pending)
        {
            for (int i = 0; i < groups.front(); i++)
                emulatedRun(products[i]);
            products.erase(products.begin(), products.begin() + groups.front());
            groups.erase(groups.begin());
        }
    }, &warp);
}

template <int Count> inline void settle(float (&)[Count]) {}
template <int Count> inline void settle(Word (&)[Count][4]) {}

template <int Type, int N> inline void multiplyShared(float (&d)[N / 2], unsigned long long a, unsigned long long b, bool adds)
{
    emulatedIssue({d, nullptr, a, b, N, 0, adds, Type == ELEMENT_FLOAT16});
}

template <int Type, int N> inline void multiplyRegisters(float (&d)[N / 2], const Word (&a)[4], unsigned long long b)
{
    emulatedIssue({d, a, 0, b, N, 0, true, Type == ELEMENT_FLOAT16});
}
