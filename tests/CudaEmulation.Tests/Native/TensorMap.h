// What the emulated driver writes into the 128 bytes of a tensor map.
#pragma once

struct alignas(64) EmulatedTensorMap
{
    unsigned char* address;
    unsigned long long strides[4];   // in bytes, of the second dimension and on
    unsigned sizes[5];               // less one
    unsigned short box[5];
    unsigned short swizzle;          // 0 none, 1, 2, 3: of 32, 64 and 128 bytes
    unsigned short rank, elementBytes;
};

static_assert(sizeof(EmulatedTensorMap) == 128, "layout");
