// What a row of queries sees, what its scores become, and where its result goes: the same in every attention kernel.
#pragma once
#include "Primitives.cuh"

#ifndef SOFT_CAP
#define SOFT_CAP 0
#endif
#ifndef ALIBI
#define ALIBI 0
#endif
#ifndef TREE_MASK
#define TREE_MASK 0
#endif

constexpr bool transformsScores = SOFT_CAP || ALIBI;



// One packed row: where it stands and what it sees. Keys it does not see have weight 0, whatever is in them.
struct Row
{
    int firstKey;
    int endKey;
    int position;
    int computedKeys;                 // keys from before the step; of a tree all rows see these
    unsigned long long ancestors;     // of a tree: the new tokens it sees; 0: no tree
    float slope;
    int magnitude;                    // the exponent of the power of two that the query was divided by
};

struct Request
{
    int firstToken;
    int queries;
    int keys;
};

__device__ __forceinline__ Request findRequest(const AttentionParameters& p, int number)
{
    Request found;
    found.firstToken = p.queryStartLoc[number];
    found.queries = p.queryStartLoc[number + 1] - found.firstToken;
    found.keys = p.seqLens[number];
    return found;
}

// Whose row of shared keys it is: the last request that begins at or before its token; empty ones before it begin there too.
__device__ __forceinline__ Request findRequestOfToken(const AttentionParameters& p, int token)
{
    int low = 0, high = p.requests - 1;
    while (low < high)
    {
        int middle = (low + high + 1) / 2;
        if (p.queryStartLoc[middle] <= token)
            low = middle;
        else
            high = middle - 1;
    }
    return findRequest(p, low);
}

__device__ __forceinline__ Row findRow(const AttentionParameters& p, const AttentionWorkItem& item, Request request, int row)
{
    Row found;
    found.ancestors = 0;
    found.slope = 0;
    found.magnitude = 0;
    found.computedKeys = request.keys - request.queries;
    if (row >= item.rowCount)
    {
        found.firstKey = 0;
        found.endKey = 0x7fffffff;
        found.position = 0;
        return found;
    }

    int packed = item.firstRow + row, query = packed / p.group;
    if (item.isShared)
    {
        // Only the distance to the keys depends on whose row it is.
        found.firstKey = item.keyBegin;
        found.endKey = item.keyEnd;
        if (ALIBI)
        {
            int token = query;
            request = findRequestOfToken(p, token);
            found.computedKeys = request.keys - request.queries;
            found.position = found.computedKeys + token - request.firstToken;
            if (TREE_MASK && p.treeAncestors != nullptr && p.treeAncestors[token] != 0)
                found.position = found.computedKeys + __popcll(p.treeAncestors[token]) - 1;
            found.slope = p.alibiSlopes[item.keyValueHead * p.group + packed - query * p.group] * LOG2_E;
        }
        else
            found.position = 0;
        return found;
    }

    found.position = found.computedKeys + query;
    if (ALIBI)
        found.slope = p.alibiSlopes[item.keyValueHead * p.group + packed - query * p.group] * LOG2_E;
    if (TREE_MASK && p.treeAncestors != nullptr)
        found.ancestors = p.treeAncestors[request.firstToken + query];
    if (TREE_MASK && found.ancestors != 0)
        found.position = found.computedKeys + __popcll(found.ancestors) - 1;

    bool hasWindow = p.window != 0x7fffffff;
    int first = hasWindow ? max(0, found.position - p.window + 1) : 0;
    int end;
    if (TREE_MASK && found.ancestors != 0)
    {
        first = min(first, found.computedKeys);
        end = found.computedKeys + query + 1;
    }
    else if (p.causal)
        end = min(request.keys, found.position + 1);
    else
        end = hasWindow ? (int)max(0ll, min((Long)found.position + p.window, (Long)request.keys)) : request.keys;
    found.firstKey = max(first, item.keyBegin);
    found.endKey = min(end, item.keyEnd);
    return found;
}

// A score in units of log2 from a product of query and key.
__device__ __forceinline__ float transformScore(const AttentionParameters& p, const Row& row, float product, float factor, int key)
{
    float score;
    if (SOFT_CAP)
        score = p.softCap * LOG2_E * tanhAccurate(product * factor);
    else
        score = product * factor;
    if (ALIBI)
    {
        int keyPosition = key;
        if (TREE_MASK && row.ancestors != 0 && key >= row.computedKeys)
            keyPosition = row.computedKeys + __popcll(row.ancestors & ((1ull << (key - row.computedKeys & 63)) - 1));
        score -= row.slope * (float)abs(row.position - keyPosition);
    }
    return score;
}

__device__ __forceinline__ bool seesKey(const AttentionParameters& p, const Row& row, int key)
{
    bool sees = key >= row.firstKey && key < row.endKey;
    if (TREE_MASK && sees && row.ancestors != 0 && key >= row.computedKeys)
    {
        int token = key - row.computedKeys;
        int keyPosition = row.computedKeys + __popcll(row.ancestors & ((1ull << token) - 1));
        sees = (row.ancestors >> token & 1) != 0 && (p.window == 0x7fffffff || row.position - keyPosition < p.window);
    }
    return sees;
}

// ---- Results ----

struct RowTarget
{
    Long output;          // in elements
    float factor;         // of the output
    bool isPartial;
};

// Ends a row's softmax: writes its log-sum-exp where isWriter, and tells where and by which factor its output is written.
__device__ __forceinline__ RowTarget finishRow(
    const AttentionParameters& p, const AttentionWorkItem& item, int firstToken, int row, float maximum, float sum, bool isWriter)
{
    RowTarget target;
    bool isEmpty = maximum == NEGATIVE_INFINITY && sum == 0;
    target.isPartial = item.partialSlot >= 0;
    if (target.isPartial)
    {
        target.output = ((Long)item.partialSlot + row) * VALUE_HEAD_SIZE;
        target.factor = isEmpty ? 0 : p.valueScale / sum;
        if (isWriter)
            p.partialLogSumExp[item.partialSlot + row] = isEmpty ? NEGATIVE_INFINITY : maximum + log2f(sum);
        return target;
    }

    int packed = item.firstRow + row, query = packed / p.group, head = item.keyValueHead * p.group + packed - query * p.group;
    Long token = firstToken + query;
    float weight = 1;
    if (p.sinks != nullptr && !isEmpty)
    {
        float sink = p.sinks[head] * LOG2_E, next = fmaxf(maximum, sink);
        weight = exp2f(maximum - next);
        sum = sum * weight + exp2f(sink - next);
        maximum = next;
    }

    target.output = token * p.outputTokenStride + head * p.outputHeadStride;
    target.factor = isEmpty ? 0 : p.valueScale * weight / sum;
    if (isWriter && p.logSumExp != nullptr)
        p.logSumExp[head * p.logSumExpHeadStride + token * p.logSumExpTokenStride] = isEmpty ? NEGATIVE_INFINITY : (maximum + log2f(sum)) * LN_2;
    return target;
}

__device__ __forceinline__ void writePair(const AttentionParameters& p, const RowTarget& target, int column, float low, float high)
{
    low = target.factor == 0 ? 0 : low * target.factor;
    high = target.factor == 0 ? 0 : high * target.factor;
    if (target.isPartial)
        *(float2*)(p.partialOutput + target.output + column) = make_float2(low, high);
    else if (!p.outputIsAligned)
    {
        storeElement<ELEMENT_TYPE>(p.output, target.output + column, low);
        storeElement<ELEMENT_TYPE>(p.output, target.output + column + 1, high);
    }
    else if constexpr (ELEMENT_TYPE == ELEMENT_FLOAT32)
        *(float2*)((float*)p.output + target.output + column) = make_float2(low, high);
    else
        *(Word*)((Half16*)p.output + target.output + column) = packPair<ELEMENT_TYPE>(low, high);
}
