// The elements of tensors, and words for them.
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
