// What a kernel that runs on the CPU and the threads that run it know of each other.
#pragma once
#include <cstddef>

struct Position
{
    unsigned x, y, z;
};

// What one lane hands to an operation of its warp: the operation runs once, with what all lanes gave.
typedef void (*WarpOperation)(void* const* lanes, unsigned mask);

// An operation in the background, such as an asynchronous copy: done when somebody waits for it, or earlier.
struct Deferred
{
    void (*run)(Deferred&);
    void* target;
    const void* source;
    size_t bytes, given;
    unsigned long long numbers[8];
};

struct Emulation
{
    // Of the thread that runs now.
    Position threadIdx, blockIdx, blockDim, gridDim;
    unsigned lane;

    // Of the block.
    unsigned char* shared;
    size_t sharedBytes;

    void (*warp)(unsigned mask, WarpOperation operation, void* arguments);

    // Waits until count threads have come to a barrier, all of the block's that still run where count is 0. The result is the
    // conjunction of what they brought.
    bool (*barrier)(int number, unsigned count, bool brought, bool waits);

    // Lets other threads run, of which one may change what this one waits for.
    void (*pause)();

    // A thread's copies: added to its open group, groups closed, all but the last few groups waited for.
    void (*copy)(const Deferred& copy);
    void (*commit)();
    void (*wait)(int pending);

    // Ends the launch with an error.
    [[noreturn]] void (*fail)(const char* format, ...);

    // Of the block's operations that no thread waits for by itself: run when poll is called, or earlier.
    void (*start)(const Deferred& operation);
    void (*poll)();
};
