// Runs the threads of a block, each on a stack of its own, one at a time.
#pragma once
#include <string>
#include "Emulation.h"

struct Launch
{
    void (*kernel)(void**);
    void** arguments;
    Emulation** emulation;
    Position grid, block;
    size_t sharedBytes;
};

// Runs a launch to its end. False: it failed, and the text says how.
bool run(const Launch& launch, std::string& failure);

// Where not 0, the order of threads and blocks and the times of background operations are random, from this number.
void setSeed(unsigned long long seed);
