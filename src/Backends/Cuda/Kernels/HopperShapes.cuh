// What HopperAttention.cu is compiled to: tiles, stages and barriers, and where they are in shared memory.
#pragma once
#include "HopperInstructions.cuh"
#include "Rows.cuh"

constexpr int rowsOfItem = 128;
constexpr int rowsOfGroup = 64;
constexpr int tileKeys = HEAD_SIZE > 192 ? 64 : 128;
constexpr int keyPanels = (HEAD_SIZE + 63) / 64;
constexpr int valuePanels = (VALUE_HEAD_SIZE + 63) / 64;

// Products take whole panels of values: columns beyond the head are zeros times weights.
constexpr int sumColumns = valuePanels * 64;

// Registers of a thread of each role: 128 * 40 + 256 * 232 of 65536.
constexpr int loaderRegisters = 40;
constexpr int computerRegisters = 232;

constexpr int sharedCapacity = 227 * 1024;
constexpr int panelRowBytes = 128;
constexpr int queryBytes = rowsOfItem * keyPanels * panelRowBytes;
constexpr int keyBytes = tileKeys * keyPanels * panelRowBytes;
constexpr int valueBytes = tileKeys * valuePanels * panelRowBytes;
constexpr int otherBytes = 1024;
constexpr int queryBuffers = 2 * queryBytes + 2 * (keyBytes + valueBytes) + otherBytes <= sharedCapacity ? 2 : 1;
constexpr int valueStages = queryBuffers * queryBytes + 4 * (keyBytes + valueBytes) + otherBytes <= sharedCapacity ? 4 : 2;
constexpr int keyStages = valueStages + (queryBuffers * queryBytes + (valueStages + 1) * keyBytes + valueStages * valueBytes + otherBytes <= sharedCapacity ? 1 : 0);
constexpr int itemSlots = 2;

static_assert(ELEMENT_TYPE == ELEMENT_FLOAT16 || ELEMENT_TYPE == ELEMENT_BFLOAT16, "Products are of 16-bit elements.");
static_assert(CACHE_TYPE == ELEMENT_TYPE, "The cache has the type of the queries.");
// How the panels of keys and values lie: bytes from 8 rows to the next 8, and from a panel to the next.
constexpr bool groupsRows = HAS_PAGES && HEAD_SIZE % 64 == 0 && VALUE_HEAD_SIZE % 64 == 0;
constexpr int keyGroupBytes = (groupsRows ? keyPanels : 1) * 8 * panelRowBytes;
constexpr int valueGroupBytes = (groupsRows ? valuePanels : 1) * 8 * panelRowBytes;
constexpr int panelBytes = (groupsRows ? 8 : tileKeys) * panelRowBytes;

static_assert(HEAD_SIZE % 16 == 0 && VALUE_HEAD_SIZE % 32 == 0 && VALUE_HEAD_SIZE <= 256, "sizes");

// What an item asks for, found once by warp 0.
struct Work
{
    AttentionWorkItem item;
    Request request;
    int tiles;           // -1: there are no more items
    int firstTileKey;    // key at which tile 0 begins
    int reserved[3];
};

// Barriers, by number: each of these is the first of one for each stage, buffer and warpgroup, or slot.
constexpr int keysLoaded = 0;
constexpr int keysUsed = keysLoaded + keyStages;
constexpr int valuesLoaded = keysUsed + keyStages;
constexpr int valuesUsed = valuesLoaded + valueStages;
constexpr int valuesToClear = valuesUsed + valueStages;
constexpr int queriesLoaded = valuesToClear + valueStages;
constexpr int queriesUsed = queriesLoaded + 2 * queryBuffers;
constexpr int itemsFound = queriesUsed + 2 * queryBuffers;
constexpr int itemsDone = itemsFound + itemSlots;
constexpr int barriers = itemsDone + itemSlots;

constexpr int keysAt = queryBuffers * queryBytes;
constexpr int valuesAt = keysAt + keyStages * keyBytes;
constexpr int workAt = valuesAt + valueStages * valueBytes;
constexpr int barriersAt = workAt + itemSlots * sizeof(Work);
constexpr int sharedBytes = barriersAt + 8 * barriers;

static_assert(sharedBytes - workAt <= otherBytes && sharedBytes <= sharedCapacity, "The tiles of this head size do not fit into shared memory.");
static_assert(keysAt % 1024 == 0 && valuesAt % 1024 == 0 && keyBytes % 1024 == 0 && valueBytes % 1024 == 0, "The swizzle repeats after 1024 bytes.");

extern "C" __device__ int hopperAttentionSharedBytes = sharedBytes;
extern "C" __device__ int hopperAttentionTileKeys = tileKeys;
extern "C" __device__ int hopperAttentionRows = rowsOfItem;

// Readers of an item: 8 warps that compute, and 3 of those that load.
constexpr int itemReaders = 11;

// Use n of a ring: its stage, and the parity of the stage's phase in which it is filled. Who fills waits for the parity's opposite
// at the barrier of the stage's users, which at the first use is that of a phase before the first.
template <int Stages> __device__ __forceinline__ int stageOf(Word n) { return n % Stages; }
template <int Stages> __device__ __forceinline__ Word parityOf(Word n) { return n / Stages & 1; }

__device__ __forceinline__ Word barrierAt(Word shared, int number) { return shared + barriersAt + number * 8; }
