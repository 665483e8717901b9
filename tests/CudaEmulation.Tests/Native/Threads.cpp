#include "Threads.h"
#include <cstdarg>
#include <cstdio>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <random>
#include <vector>
#include <sys/mman.h>

extern "C" void emulationSwitch(void** from, void* to);

// Keeps what a called function has to keep, on the stack that is left, and takes it up again on the other.
asm(R"(
.text
.globl emulationSwitch
.type emulationSwitch, @function
emulationSwitch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size emulationSwitch, . - emulationSwitch
)");

namespace
{
constexpr int maxThreads = 1024, maxBarriers = 16;
constexpr size_t stackBytes = 256 << 10, sharedCapacity = 256 << 10;

struct Thread
{
    void* stack;
    bool isDone;
    const char* waitsFor;
    bool brought;
    std::deque<std::vector<Deferred>> groups;
    std::vector<Deferred> open;
};

struct Warp
{
    unsigned arrived, mask;
    WarpOperation operation;
    void* arguments[32];
};

struct Barrier
{
    unsigned arrived, count;
    bool conjunction;
    std::vector<int> waiting;
};

struct Block
{
    const Launch* launch;
    Emulation emulation;
    Thread threads[maxThreads];
    Warp warps[maxThreads / 32];
    Barrier barriers[maxBarriers];
    std::vector<Deferred> started;
    std::deque<int> ready;
    int threadCount, liveCount, current, pauses;
    void* scheduler;
    bool hasFailed;
    char failure[512];
    std::mt19937_64 random;
    bool isRandom;
};

Block block;
std::mutex gate;
unsigned char* stacks;
unsigned char* shared;
unsigned long long seed;

bool coin() { return block.isRandom && (block.random() & 3) == 0; }

// Makes the next thread that can run the current one; the scheduler where there is none.
void leave()
{
    Thread& thread = block.threads[block.current];
    emulationSwitch(&thread.stack, block.scheduler);
}

void waitAs(const char* reason)
{
    block.threads[block.current].waitsFor = reason;
    leave();
    block.threads[block.current].waitsFor = nullptr;
}

void makeReady(int thread) { block.ready.push_back(thread); }

[[noreturn]] void fail(const char* format, ...)
{
    int length = snprintf(block.failure, sizeof block.failure, "block %u, thread %d: ", block.emulation.blockIdx.x, block.current);
    va_list values;
    va_start(values, format);
    vsnprintf(block.failure + length, sizeof block.failure - length, format, values);
    va_end(values);
    block.hasFailed = true;
    leave();
    __builtin_unreachable();
}

void finish(Deferred& operation)
{
    if (operation.run != nullptr)
        operation.run(operation);
    operation.run = nullptr;
}

void warp(unsigned mask, WarpOperation operation, void* arguments)
{
    int number = block.current / 32, lane = block.current % 32;
    Warp& warp = block.warps[number];
    if (!(mask >> lane & 1))
        fail("takes part in an operation of its warp whose mask %08x is without it", mask);
    if (warp.arrived == 0)
    {
        warp.mask = mask;
        warp.operation = operation;
    }
    else if (warp.mask != mask || warp.operation != operation)
        fail("comes to another operation of its warp than the lanes %08x", warp.arrived);
    warp.arguments[lane] = arguments;
    warp.arrived |= 1u << lane;
    if (warp.arrived != mask)
        return waitAs("its warp");

    warp.arrived = 0;
    operation(warp.arguments, mask);
    for (int i = 0; i < 32; i++)
    {
        if (i != lane && (mask >> i & 1))
            makeReady(number * 32 + i);
    }
}

void release(Barrier& barrier)
{
    for (int thread : barrier.waiting)
    {
        block.threads[thread].brought = barrier.conjunction;
        makeReady(thread);
    }
    barrier.waiting.clear();
    barrier.arrived = 0;
    barrier.conjunction = true;
    barrier.count = 0;
}

bool barrier(int number, unsigned count, bool brought, bool waits)
{
    if (number < 0 || number >= maxBarriers)
        fail("there is no barrier %d", number);
    Barrier& barrier = block.barriers[number];
    if (barrier.arrived > 0 && barrier.count != count)
        fail("comes to barrier %d with %u threads, others with %u", number, count, barrier.count);
    barrier.count = count;
    barrier.conjunction &= brought;
    unsigned needed = count == 0 ? block.liveCount : count;
    if (++barrier.arrived == needed)
    {
        bool result = barrier.conjunction;
        release(barrier);
        return result;
    }
    if (!waits)
        return true;
    barrier.waiting.push_back(block.current);
    waitAs("a barrier");
    return block.threads[block.current].brought;
}

void pause()
{
    block.pauses++;
    makeReady(block.current);
    waitAs("another thread");
}

void copy(const Deferred& copy)
{
    block.threads[block.current].open.push_back(copy);
    if (coin())
        finish(block.threads[block.current].open.back());
}

void commit()
{
    Thread& thread = block.threads[block.current];
    thread.groups.push_back(std::move(thread.open));
    thread.open.clear();
}

void wait(int pending)
{
    Thread& thread = block.threads[block.current];
    while ((int)thread.groups.size() > pending)
    {
        for (Deferred& copy : thread.groups.front())
            finish(copy);
        thread.groups.pop_front();
    }
}

void start(const Deferred& operation)
{
    block.started.push_back(operation);
    if (coin())
    {
        finish(block.started.back());
        block.started.pop_back();
    }
}

// In the order in which they were started, or any other.
void poll()
{
    while (!block.started.empty())
    {
        size_t choice = block.isRandom ? block.random() % block.started.size() : 0;
        Deferred operation = block.started[choice];
        block.started.erase(block.started.begin() + choice);
        finish(operation);
        if (block.isRandom)
            break;
    }
}

void entry()
{
    block.launch->kernel(block.launch->arguments);
    block.threads[block.current].isDone = true;
    block.liveCount--;

    // Those that have ended are waited for by no one.
    Barrier& all = block.barriers[0];
    if (all.arrived > 0 && all.count == 0 && (int)all.arrived == block.liveCount)
        release(all);
    leave();
    __builtin_unreachable();
}

void prepare(int thread)
{
    auto* top = (uintptr_t*)(stacks + (thread + 1) * stackBytes);
    *--top = 0;
    *--top = (uintptr_t)entry;
    for (int i = 0; i < 6; i++)
        *--top = 0;
    block.threads[thread] = Thread();
    block.threads[thread].stack = top;
    makeReady(thread);
}

void describeStandstill()
{
    int length = snprintf(block.failure, sizeof block.failure, "block %u stands still:", block.emulation.blockIdx.x);
    for (int i = 0; i < block.threadCount && length < 400; i += 32)
    {
        const Thread& thread = block.threads[i];
        length += snprintf(block.failure + length, sizeof block.failure - length, " thread %d %s%s;", i, thread.isDone ? "has ended" : "waits for ", thread.isDone ? "" : thread.waitsFor ? thread.waitsFor : "its turn");
    }
    block.hasFailed = true;
}

void runBlock()
{
    block.ready.clear();
    block.started.clear();
    block.liveCount = block.threadCount;
    for (Warp& warp : block.warps)
        warp.arrived = 0;
    for (Barrier& barrier : block.barriers)
    {
        barrier.waiting.clear();
        barrier.arrived = barrier.count = 0;
        barrier.conjunction = true;
    }
    memset(shared, 0xff, sharedCapacity);
    for (int i = 0; i < block.threadCount; i++)
        prepare(i);

    int idle = 0;
    while (!block.ready.empty() && !block.hasFailed)
    {
        size_t choice = block.isRandom && (block.random() & 7) == 0 ? block.random() % block.ready.size() : 0;
        int next = block.ready[choice];
        block.ready.erase(block.ready.begin() + choice);
        int pauses = block.pauses;
        block.current = next;
        Position& position = block.emulation.threadIdx;
        position.x = next;
        block.emulation.lane = next & 31;
        emulationSwitch(&block.scheduler, block.threads[next].stack);

        // Threads that only ever look whether something has come do so for ever where nothing does.
        idle = block.pauses > pauses ? idle + 1 : 0;
        if (idle > 100 * maxThreads)
            break;
    }
    if (block.liveCount > 0 && !block.hasFailed)
        describeStandstill();
    for (int i = 0; i < block.threadCount; i++)
        block.threads[i] = Thread();
}

unsigned char* reserve(size_t bytes)
{
    return (unsigned char*)mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}
}

void setSeed(unsigned long long value) { seed = value; }

bool run(const Launch& launch, std::string& failure)
{
    std::lock_guard<std::mutex> lock(gate);
    if (stacks == nullptr)
    {
        stacks = reserve(maxThreads * stackBytes);
        shared = reserve(sharedCapacity);
    }

    block.launch = &launch;
    block.threadCount = launch.block.x * launch.block.y * launch.block.z;
    block.hasFailed = false;
    block.isRandom = seed != 0;
    block.random.seed(seed);
    block.emulation = {};
    block.emulation.blockDim = launch.block;
    block.emulation.gridDim = launch.grid;
    block.emulation.shared = shared;
    block.emulation.sharedBytes = launch.sharedBytes;
    block.emulation.warp = warp;
    block.emulation.barrier = barrier;
    block.emulation.pause = pause;
    block.emulation.copy = copy;
    block.emulation.commit = commit;
    block.emulation.wait = wait;
    block.emulation.fail = fail;
    block.emulation.start = start;
    block.emulation.poll = poll;
    *launch.emulation = &block.emulation;
    for (unsigned z = 0; z < launch.grid.z; z++)
    {
        for (unsigned y = 0; y < launch.grid.y; y++)
        {
            for (unsigned x = 0; x < launch.grid.x && !block.hasFailed; x++)
            {
                block.emulation.blockIdx = {x, y, z};
                runBlock();
            }
        }
    }
    if (block.hasFailed)
        failure = block.failure;
    return !block.hasFailed;
}
