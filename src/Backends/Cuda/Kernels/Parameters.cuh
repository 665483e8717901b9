// What the host hands to the kernels: one structure by value for each launch, and lists of work that it writes into
// device memory. All fields have fixed sizes, pointers come first, and there is no padding, so that a blittable structure
// of the host with the same fields in the same order has the same layout. Numbers in comments are offsets in bytes.
//
// Strides count elements, never bytes, and are 64 bits wide: caches have more than 2^31 elements. A tensor's last
// dimension always has stride 1. Terms: T query tokens of all requests, B requests, Hq query heads, Hkv KV heads,
// group = Hq / Hkv. A packed row of a request for one KV head is the pair of a query and a head of the group, numbered
// query * group + head: neighbouring rows use the same keys, so that a group of heads fills the rows of a tile.
//
// Macros that specialise the kernels, each given as -DNAME=VALUE:
//   ELEMENT_TYPE       type of query, output and new keys: 0 float32, 1 float16, 2 bfloat16
//   CACHE_TYPE         type of the cache: 0, 1, 2 as above and equal to ELEMENT_TYPE, or 3: float8 e4m3 with any of them
//   HEAD_SIZE          size of a query and key head: a multiple of 8, 8 to 256
//   VALUE_HEAD_SIZE    size of a value and output head: likewise
// and for PagedAttention.cu alone:
//   FORMS              1 decode (items of at most 16 rows), 2 prefill (items of at most PREFILL_ROWS rows), 3 both
//   SOFT_CAP, ALIBI, TREE_MASK   0 or 1: whether the feature's code is compiled in
//   COPY_BYTES         bytes of one asynchronous copy from the cache: 16, 8 or 4, the largest that divides the addresses
//                      of all rows of the cache and HEAD_SIZE and VALUE_HEAD_SIZE in bytes; 0: any address, copied by
//                      elements
//   optional, with defaults that depend on the sizes: DECODE_KEYS, DECODE_STAGES, PREFILL_KEYS, PREFILL_STAGES,
//   PREFILL_ROWS, BLOCKS_PER_SM
// HopperAttention.cu takes SOFT_CAP and ALIBI too.
#pragma once

#define ELEMENT_FLOAT32 0
#define ELEMENT_FLOAT16 1
#define ELEMENT_BFLOAT16 2
#define ELEMENT_FLOAT8_E4M3 3

// A range of packed rows of one request and KV head, and a range of its keys: what one block computes at a time. 32 bytes.
struct AttentionWorkItem
{
    int request;        //  0  of shared keys: any that has them
    int firstRow;       //  4  first packed row, counted from the request's first; of shared keys from the step's first
    int rowCount;       //  8  1 to 16 (decode form) or to PREFILL_ROWS (prefill form)
    int keyValueHead;   // 12
    int keyBegin;       // 16  first key of the range
    int keyEnd;         // 20  key after the last; equal to keyBegin: no keys
    int partialSlot;    // 24  -1: rows go to the output; else row r's state goes to row partialSlot + r of the partials
    int isShared;       // 28  1: keys that all requests have before their queries, and rows of any of them: all see all keys
};

// Rows whose partial states are merged into the output: those of shared keys, then those of the request's own. 48 bytes.
struct MergeWorkItem
{
    int request;        //  0
    int firstRow;       //  4
    int rowCount;       //  8
    int keyValueHead;   // 12
    int partialSlot;    // 16  row r's state of own part p is row partialSlot + p * partStride + r of the partials
    int partCount;      // 20
    int partStride;     // 24
    int sharedSlot;     // 28  likewise of the shared parts
    int sharedCount;    // 32
    int sharedStride;   // 36
    int reserved0;      // 40
    int reserved1;      // 44
};

// PagedAttention.cu, kernel paged_attention. 288 bytes.
struct AttentionParameters
{
    const void* query;                       //   0  [T, Hq, D]
    const void* keys;                        //   8  [pages, page size, Hkv, D]; without a block table [T, Hkv, D]
    const void* values;                      //  16  [pages, page size, Hkv, Dv]; likewise
    void* output;                            //  24  [T, Hq, Dv]
    float* logSumExp;                        //  32  [Hq, T], natural logarithms; null: not wanted
    const int* queryStartLoc;                //  40  [B + 1]
    const int* seqLens;                      //  48  [B]
    const int* blockTable;                   //  56  the requests' pages, one request after another; null: keys are the
                                             //      request's new tokens (encoder)
    const int* blockStart;                   //  64  [B]: where a request's pages begin in the block table
    const unsigned long long* treeAncestors; //  72  [T]; read where TREE_MASK; null: no request is a tree
    const float* alibiSlopes;                //  80  [Hq]; read where ALIBI
    const float* sinks;                      //  88  [Hq]; null: none
    const AttentionWorkItem* items;          //  96
    const int* itemCount;                    // 104  device memory, so that a captured launch can be replayed with other work
    const int* firstItem;                    // 112  [gridDim.x + 1]: where blocks do not take turns, block b does items firstItem[b] to firstItem[b + 1]
    unsigned int* tickets;                   // 120  by which blocks take the next item as they become free: the tickets taken and the blocks
                                             //      that ended, zero before the first launch and left zero by each; how many blocks take
                                             //      turns, 0: none, all have lists of their own; not shared by launches that may overlap
    float* partialOutput;                    // 128  [slots, Dv], normalised float32
    float* partialLogSumExp;                 // 136  [slots], base 2, without sinks; -infinity: no key
    long long queryTokenStride;              // 144
    long long queryHeadStride;               // 152
    long long keyPageStride;                 // 160
    long long keyTokenStride;                // 168
    long long keyHeadStride;                 // 176
    long long valuePageStride;               // 184
    long long valueTokenStride;              // 192
    long long valueHeadStride;               // 200
    long long outputTokenStride;             // 208
    long long outputHeadStride;              // 216
    long long logSumExpTokenStride;          // 224
    long long logSumExpHeadStride;           // 232
    int pageSize;                            // 240
    int group;                               // 244  Hq / Hkv
    int causal;                              // 248  0 or 1
    int window;                              // 252  w of AttentionLayerOptions.SlidingWindow; 2147483647: none
    float scale;                             // 256
    float keyScale;                          // 260  1 unless the cache is float8
    float valueScale;                        // 264
    float softCap;                           // 268  read where SOFT_CAP
    int queryIsAligned;                      // 272  1 where every row of the query begins at a multiple of 16 bytes
    int outputIsAligned;                     // 276  1 where every row of the output begins at a multiple of 4 bytes (8 for float32)
    int requests;                            // 280  B
    int overlapsPrevious;                    // 284  1 where the launch before it does not touch what it reads and writes, and let it begin when
                                             //      the launches before that had ended: it waits at its end, not at its beginning
};

// What the driver's cuTensorMapEncodeTiled wrote.
struct alignas(64) TensorMap
{
    unsigned long long words[16];
};

// Where a page and a head begin in a tensor map whose last dimension counts both: at page * page + head * head.
struct TensorPlaces
{
    int page;
    int head;
};

// HopperAttention.cu, kernel hopper_attention, and PagedAttention.cu, kernel paged_attention with TENSOR_COPIES. 576 bytes. With TENSOR_COPIES,
// and where HAS_PAGES and head sizes are multiples of 64, its tensor maps have five dimensions, {C, 8 rows, D / C, page size / 8, places} with the
// C elements of 128 bytes, and boxes of {C, 8, D / C, pieceRows / 8, 1}. Otherwise they have four,
// {D, tokens, Hkv, pages}, where keys without a block table are one page, and boxes of {64, pieceRows, 1, 1}.
struct HopperParameters
{
    AttentionParameters attention;           //   0
    int pieceRows;                           // 288  keys that one copy brings, the keys of a tile or a divisor of them that is a multiple of 8:
                                             //      they lie in one page, which they divide
    TensorPlaces keyPlaces;                  // 292
    TensorPlaces valuePlaces;                // 300
    int reserved[3];                         // 308
    TensorMap keys;                          // 320
    TensorMap values;                        // 448
};

// CombineSplits.cu, kernel combine_splits. 112 bytes.
struct CombineParameters
{
    const float* partialOutput;              //   0
    const float* partialLogSumExp;           //   8
    void* output;                            //  16
    float* logSumExp;                        //  24  or null
    const int* queryStartLoc;                //  32
    const float* sinks;                      //  40  or null
    const MergeWorkItem* items;              //  48
    const int* itemCount;                    //  56  device memory, and after it the largest rowCount of an item
    long long outputTokenStride;             //  64
    long long outputHeadStride;              //  72
    long long logSumExpTokenStride;          //  80
    long long logSumExpHeadStride;           //  88
    int group;                               //  96
    int reserved[3];                         // 100
};

// CacheOperations.cu, kernel store_in_cache. 152 bytes.
struct CacheStoreParameters
{
    const void* newKeys;                     //   0  [T, Hkv, D]
    const void* newValues;                   //   8  [T, Hkv, Dv]
    void* keys;                              //  16  [pages, page size, Hkv, D]
    void* values;                            //  24
    const long long* slotMapping;            //  32  [T]; negative: the row is not stored
    long long newKeyTokenStride;             //  40
    long long newKeyHeadStride;              //  48
    long long newValueTokenStride;           //  56
    long long newValueHeadStride;            //  64
    long long keyPageStride;                 //  72
    long long keyTokenStride;                //  80
    long long keyHeadStride;                 //  88
    long long valuePageStride;               //  96
    long long valueTokenStride;              // 104
    long long valueHeadStride;               // 112
    int tokens;                              // 120  T
    int heads;                               // 124  Hkv
    int pageSize;                            // 128
    float keyScale;                          // 132
    float valueScale;                        // 136
    int isAligned;                           // 140  1 where all new rows begin at multiples of 16 bytes and are multiples of 16 long, and those of the cache
                                             //      begin at multiples of what such 16 bytes become
    int reserved0;                           // 144
    int reserved1;                           // 148
};

// CacheOperations.cu, kernel copy_pages. 48 bytes. Copies whole pages, bit by bit, of a storage in which a page's bytes are
// consecutive (call it for keys and for values where these lie apart).
struct PageCopyParameters
{
    void* storage;                           //   0
    const int* pairs;                        //   8  [count, 2]: source page, target page; no target is a source of another pair
    const int* pairCount;                    //  16  device memory
    long long pageStride;                    //  24  bytes from a page to the next
    long long pageBytes;                     //  32  bytes to copy
    long long reserved;                      //  40
};

// CacheOperations.cu, kernel gather_keys. 112 bytes. Copies a range of the keys (or values) of requests out of the pages.
struct GatherParameters
{
    const void* cache;                       //   0  [pages, page size, Hkv, D]
    void* output;                            //   8  [rows, Hkv, D], of ELEMENT_TYPE: an 8-bit cache is multiplied by its scale
    const int* rowStartLoc;                  //  16  [B + 1]: where each request's rows begin in the output
    const int* firstKeys;                    //  24  [B]: the first key of each request to copy; null: 0
    const int* blockTable;                   //  32  [B, blockTableStride]
    long long pageStride;                    //  40
    long long tokenStride;                   //  48
    long long headStride;                    //  56
    long long outputTokenStride;             //  64
    long long outputHeadStride;              //  72
    long long blockTableStride;              //  80
    int requests;                            //  88  B
    int heads;                               //  92
    int headSize;                            //  96
    int pageSize;                            // 100
    float cacheScale;                        // 104
    int reserved;                            // 108
};

// MergeStates.cu, kernel merge_states. 120 bytes.
struct MergeStatesParameters
{
    const void* prefixOutput;                //   0  [T, Hq, Dv]
    const float* prefixLogSumExp;            //   8  [Hq, T]
    const void* suffixOutput;                //  16
    const float* suffixLogSumExp;            //  24
    void* output;                            //  32  may be one of the parts
    float* logSumExp;                        //  40  or null; may be one of the parts
    long long prefixTokenStride;             //  48
    long long prefixHeadStride;              //  56
    long long suffixTokenStride;             //  64
    long long suffixHeadStride;              //  72
    long long outputTokenStride;             //  80
    long long outputHeadStride;              //  88
    long long logSumExpHeadStride;           //  96  of all three; a token's stride is 1
    int tokens;                              // 104
    int heads;                               // 108
    int tokensWithPrefix;                    // 112  leading tokens that have a prefix; those of others are not read
    int reserved;                            // 116
};

static_assert(sizeof(AttentionWorkItem) == 32 && sizeof(MergeWorkItem) == 48, "layout");
static_assert(sizeof(AttentionParameters) == 288, "layout");
static_assert(sizeof(HopperParameters) == 576, "layout");
static_assert(sizeof(CombineParameters) == 112, "layout");
static_assert(sizeof(CacheStoreParameters) == 152, "layout");
static_assert(sizeof(PageCopyParameters) == 48, "layout");
static_assert(sizeof(GatherParameters) == 112, "layout");
static_assert(sizeof(MergeStatesParameters) == 120, "layout");
