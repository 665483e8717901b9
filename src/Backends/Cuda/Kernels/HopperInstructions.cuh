// The instructions that only Hopper (sm_90a) has, each under a name: barriers in shared memory, the tensor copy engine, products
// of warpgroups. A warpgroup is 4 consecutive warps that begin at a multiple of 4. Nothing here knows of attention, and no
// kernel that includes this has assembly of its own: whatever runs the kernels without such a chip replaces just this file.
#pragma once
#include "Instructions.cuh"

// ---- Barriers in shared memory ----
// A barrier is 8 bytes. A phase ends when as many arrivals as it was made for have come and all expected bytes have arrived;
// then the next one begins, for the same number. Phases are numbered from 0, and their parity is that number's lowest bit.

// Makes a barrier in its phase 0, for so many arrivals a phase. By one thread, before any other use.
__device__ __forceinline__ void makeBarrier(Word barrier, int arrivals)
{
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(arrivals) : "memory");
}

// Lets the copy engine know the barriers that this thread made. Other threads know them after a barrier of the block.
__device__ __forceinline__ void publishBarriers() { asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory"); }

// One arrival. What the thread did in shared memory before is seen by who has waited for the phase.
__device__ __forceinline__ void arrive(Word barrier)
{
    asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(barrier) : "memory");
}

// One arrival, and the phase in progress also waits for so many more bytes of copies.
__device__ __forceinline__ void arriveExpecting(Word barrier, int bytes)
{
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier), "r"(bytes) : "memory");
}

// Waits until the last phase of this parity has ended: returns at once where the phase in progress has the other parity. A new
// barrier is in phase 0, so that waiting for parity 1 returns at once.
__device__ __forceinline__ void waitPhase(Word barrier, Word parity)
{
    Word isOver;
    do
    {
        asm volatile("{ .reg .pred over; mbarrier.try_wait.parity.shared::cta.b64 over, [%1], %2; selp.u32 %0, 1, 0, over; }"
                     : "=r"(isOver) : "r"(barrier), "r"(parity) : "memory");
    } while (!isOver);
}

// ---- The copy engine ----

// Fetches a tensor's description ahead of the first copy. It may be left out.
__device__ __forceinline__ void prefetchTensor(const TensorMap* map)
{
    asm volatile("prefetch.tensormap [%0];" ::"l"(map) : "memory");
}

// Copies the map's box whose first element has these coordinates (the first dimension's is x) from device memory to shared
// memory at the target, in the map's order and swizzle; elements outside the tensor become zeros. In the background: the
// bytes of the whole box are counted at the barrier once they are there.
__device__ __forceinline__ void copyTensor(Word target, const TensorMap* map, Word barrier, int x, int y, int z, int w)
{
    asm volatile("cp.async.bulk.tensor.4d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%3, %4, %5, %6}], [%2];"
                 ::"r"(target), "l"(map), "r"(barrier), "r"(x), "r"(y), "r"(z), "r"(w) : "memory");
}

// The same of a map of five dimensions.
__device__ __forceinline__ void copyTensor(Word target, const TensorMap* map, Word barrier, int x, int y, int z, int w, int v)
{
    asm volatile("cp.async.bulk.tensor.5d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%3, %4, %5, %6, %7}], [%2];"
                 ::"r"(target), "l"(map), "r"(barrier), "r"(x), "r"(y), "r"(z), "r"(w), "r"(v) : "memory");
}

// The same for what is read once: it is the first to leave the level 2 cache.
__device__ __forceinline__ void copyTensorOnce(Word target, const TensorMap* map, Word barrier, int x, int y, int z, int w, int v)
{
    asm volatile("{ .reg .b64 policy; createpolicy.fractional.L2::evict_first.b64 policy, 1.0; "
                 "cp.async.bulk.tensor.5d.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1, {%3, %4, %5, %6, %7}], [%2], policy; }"
                 ::"r"(target), "l"(map), "r"(barrier), "r"(x), "r"(y), "r"(z), "r"(w), "r"(v) : "memory");
}

// What this thread wrote to shared memory before is what the copy engine and products of warpgroups find there after.
__device__ __forceinline__ void publishToEngines() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

// ---- Registers ----

// All warps of a warpgroup give registers back until each thread has Count, a multiple of 8 from 24 to 256.
template <int Count> __device__ __forceinline__ void shrinkRegisters() { asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(Count)); }

// All warps of a warpgroup wait for registers until each thread has Count.
template <int Count> __device__ __forceinline__ void growRegisters() { asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(Count)); }

// No instruction: the values are computed before here, and none that follows is used before.
template <int Count> __device__ __forceinline__ void settle(float (&x)[Count])
{
#pragma unroll
    for (int i = 0; i < Count; i++)
        asm volatile("" : "+f"(x[i])::"memory");
}

template <int Count> __device__ __forceinline__ void settle(Word (&x)[Count][4])
{
#pragma unroll
    for (int i = 0; i < Count; i++)
        asm volatile("" : "+r"(x[i][0]), "+r"(x[i][1]), "+r"(x[i][2]), "+r"(x[i][3])::"memory");
}

// ---- Products of warpgroups ----
// All 128 threads execute each. Row r of the 64 rows of sums: thread 32 * (r / 16) + 4 * (r % 8) + c of the warpgroup has, for
// n = 0, 1, ..., its columns 8n + 2c and 8n + 2c + 1 in d[4n + h * 2] and d[4n + h * 2 + 1], where h is 1 for r % 16 >= 8, else 0.
// Descriptors of operands in shared memory: bits 0 to 13 the address / 16, bits 16 to 29 and 32 to 45 two distances / 16 that
// the functions explain, bits 62 to 63 1: rows of 128 bytes, in which the 16-byte unit u of row r of 8 stands at u ^ r.

// Products issued after see the registers as they were written before. Needed before the first product, and again wherever
// other code wrote to registers of sums or operands.
__device__ __forceinline__ void beginProducts() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }

// Closes a group of the products issued since the last.
__device__ __forceinline__ void commitProducts() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }

// Waits until at most Pending groups, the last ones, are not complete. Until then registers and memory that they use stay untouched.
template <int Pending> __device__ __forceinline__ void waitProducts() { asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(Pending) : "memory"); }

#define SUMS_32 \
    "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31}"
#define SUMS_64 \
    "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, " \
    "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63}"
#define SUMS_128 \
    "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, " \
    "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63, " \
    "%64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79, %80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95, " \
    "%96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111, %112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127}"
#define BIND_4(d, i) "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3])
#define BIND_16(d, i) BIND_4(d, i), BIND_4(d, i + 4), BIND_4(d, i + 8), BIND_4(d, i + 12)
#define BIND_32(d) BIND_16(d, 0), BIND_16(d, 16)
#define BIND_64(d) BIND_32(d), BIND_16(d, 32), BIND_16(d, 48)
#define BIND_128(d) BIND_64(d), BIND_16(d, 64), BIND_16(d, 80), BIND_16(d, 96), BIND_16(d, 112)

// Columns, and half as many sums S; the numbers of the operands that come after the sums.
#define MULTIPLY_SHARED(N, S, TYPES, A, B, ADDS) \
    asm volatile("{ .reg .pred adds; setp.ne.b32 adds, %" #ADDS ", 0; wgmma.mma_async.sync.aligned.m64n" #N "k16.f32." TYPES " " SUMS_##S ", %" #A ", %" #B ", adds, 1, 1, 0, 0; }" \
                 : BIND_##S(d) : "l"(a), "l"(b), "r"((int)adds))
#define MULTIPLY_REGISTERS(N, S, TYPES, A0, A1, A2, A3, B) \
    asm volatile("wgmma.mma_async.sync.aligned.m64n" #N "k16.f32." TYPES " " SUMS_##S ", {%" #A0 ", %" #A1 ", %" #A2 ", %" #A3 "}, %" #B ", 1, 1, 1, 1;" \
                 : BIND_##S(d) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b))

// d = a b^T, or d + a b^T where adds, in the background: a is 64 rows and b Columns rows of 16 elements, 32 bytes that begin at the
// descriptor's address; 8 rows are 1024 bytes, and the second distance is from 8 rows to the next 8. The first has no meaning.
template <int Type, int Columns> __device__ __forceinline__ void multiplyShared(float (&d)[Columns / 2], unsigned long long a, unsigned long long b, bool adds)
{
    static_assert(Type == ELEMENT_FLOAT16 || Type == ELEMENT_BFLOAT16, "type");
    static_assert(Columns == 64 || Columns == 128, "columns");
    if constexpr (Type == ELEMENT_FLOAT16 && Columns == 64)
        MULTIPLY_SHARED(64, 32, "f16.f16", 32, 33, 34);
    else if constexpr (Type == ELEMENT_BFLOAT16 && Columns == 64)
        MULTIPLY_SHARED(64, 32, "bf16.bf16", 32, 33, 34);
    else if constexpr (Type == ELEMENT_FLOAT16 && Columns == 128)
        MULTIPLY_SHARED(128, 64, "f16.f16", 64, 65, 66);
    else if constexpr (Type == ELEMENT_BFLOAT16 && Columns == 128)
        MULTIPLY_SHARED(128, 64, "bf16.bf16", 64, 65, 66);
}

// d = d + a b, in the background: a is 64 rows of 16 elements in registers (row r = 16w + 8h + g and columns 2c, 2c + 1 are a[h],
// columns 2c + 8, 2c + 9 are a[2 + h], of thread 32w + 4g + c), b is 16 rows of Columns elements: a row's elements
// 64p to 64p + 63 are 128 bytes of panel p, 8 rows are 1024 bytes; the first distance is from a panel to the next, the second
// from 8 rows to the next 8.
template <int Type, int Columns> __device__ __forceinline__ void multiplyRegisters(float (&d)[Columns / 2], const Word (&a)[4], unsigned long long b)
{
    static_assert(Type == ELEMENT_FLOAT16 || Type == ELEMENT_BFLOAT16, "type");
    static_assert(Columns == 64 || Columns == 128 || Columns == 256, "columns");
    if constexpr (Type == ELEMENT_FLOAT16 && Columns == 64)
        MULTIPLY_REGISTERS(64, 32, "f16.f16", 32, 33, 34, 35, 36);
    else if constexpr (Type == ELEMENT_BFLOAT16 && Columns == 64)
        MULTIPLY_REGISTERS(64, 32, "bf16.bf16", 32, 33, 34, 35, 36);
    else if constexpr (Type == ELEMENT_FLOAT16 && Columns == 128)
        MULTIPLY_REGISTERS(128, 64, "f16.f16", 64, 65, 66, 67, 68);
    else if constexpr (Type == ELEMENT_BFLOAT16 && Columns == 128)
        MULTIPLY_REGISTERS(128, 64, "bf16.bf16", 64, 65, 66, 67, 68);
    else if constexpr (Type == ELEMENT_FLOAT16 && Columns == 256)
        MULTIPLY_REGISTERS(256, 128, "f16.f16", 128, 129, 130, 131, 132);
    else if constexpr (Type == ELEMENT_BFLOAT16 && Columns == 256)
        MULTIPLY_REGISTERS(256, 128, "bf16.bf16", 128, 129, 130, 131, 132);
}

#undef SUMS_32
#undef SUMS_64
#undef SUMS_128
#undef BIND_4
#undef BIND_16
#undef BIND_32
#undef BIND_64
#undef BIND_128
#undef MULTIPLY_SHARED
#undef MULTIPLY_REGISTERS
