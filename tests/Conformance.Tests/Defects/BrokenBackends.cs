using AttentionGen.Tests.Plain;

namespace AttentionGen.Tests.Defects;

/// <summary>Sees one key more than the window.</summary>
[AttentionBackend("BROKEN_WINDOW_OFF_BY_ONE")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class WindowOffByOneBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.WindowOffByOne;
}

/// <summary>Applies a window to earlier keys only.</summary>
[AttentionBackend("BROKEN_WINDOW_BACKWARDS_ONLY")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class WindowBackwardsOnlyBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.WindowBackwardsOnly;
}

/// <summary>Ignores the soft cap.</summary>
[AttentionBackend("BROKEN_IGNORES_SOFT_CAP")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class IgnoresSoftCapBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.IgnoresSoftCap;
}

/// <summary>Attends to one key past the end.</summary>
[AttentionBackend("BROKEN_READS_PAST_END")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class ReadsPastEndBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.ReadsPastEnd;
}

/// <summary>Never writes log-sum-exps.</summary>
[AttentionBackend("BROKEN_DROPS_LOG_SUM_EXP")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class DropsLogSumExpBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.DropsLogSumExp;
}

/// <summary>Gives log-sum-exps to base 2.</summary>
[AttentionBackend("BROKEN_LOG_SUM_EXP_IN_BITS")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class LogSumExpInBitsBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.LogSumExpInBits;
}

/// <summary>Gives other bits each time.</summary>
[AttentionBackend("BROKEN_NONDETERMINISTIC")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class NondeterministicBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.Nondeterministic;
}

/// <summary>Reads the block table column by column.</summary>
[AttentionBackend("BROKEN_TRANSPOSED_BLOCK_TABLE")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class TransposedBlockTableBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.TransposedBlockTable;
}

/// <summary>Takes a request's pages to lie in order.</summary>
[AttentionBackend("BROKEN_PAGES_IN_ORDER")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class PagesInOrderBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.PagesInOrder;
}

/// <summary>Ignores the scales of an 8-bit cache.</summary>
[AttentionBackend("BROKEN_IGNORES_CACHE_SCALES")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class IgnoresCacheScalesBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.IgnoresCacheScales;
}

/// <summary>Deals query heads to KV heads in turn.</summary>
[AttentionBackend("BROKEN_INTERLEAVED_HEADS")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class InterleavedHeadsBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.InterleavedHeads;
}

/// <summary>Uses the first head's slope for all.</summary>
[AttentionBackend("BROKEN_ONE_ALIBI_SLOPE")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class OneAlibiSlopeBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.OneAlibiSlope;
}

/// <summary>Leaves the sink out of the maximum.</summary>
[AttentionBackend("BROKEN_SINK_BESIDE_MAXIMUM")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class SinkBesideMaximumBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.SinkBesideMaximum;
}

/// <summary>Takes exponentials of the scores as they are.</summary>
[AttentionBackend("BROKEN_SUBTRACTS_NO_MAXIMUM")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class SubtractsNoMaximumBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.SubtractsNoMaximum;
}

/// <summary>Reads whole pages, and multiplies what it does not see by 0.</summary>
[AttentionBackend("BROKEN_MULTIPLIES_HIDDEN_VALUES")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class MultipliesHiddenValuesBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.MultipliesHiddenValues;
}

/// <summary>Sums in half precision.</summary>
[AttentionBackend("BROKEN_ACCUMULATES_IN_HALF")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class AccumulatesInHalfBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.AccumulatesInHalf;
}

/// <summary>Scales by the size of a value head.</summary>
[AttentionBackend("BROKEN_SCALE_OF_VALUE_HEAD")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class ScaleOfValueHeadBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.ScaleOfValueHead;
}

/// <summary>Leaves rows without keys unwritten.</summary>
[AttentionBackend("BROKEN_SKIPS_ROWS_WITHOUT_KEYS")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class SkipsRowsWithoutKeysBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.SkipsRowsWithoutKeys;
}

/// <summary>Writes one row too many.</summary>
[AttentionBackend("BROKEN_WRITES_PAST_OUTPUT")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class WritesPastOutputBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.WritesPastOutput;
}

/// <summary>Scales queries where they are.</summary>
[AttentionBackend("BROKEN_SCALES_QUERIES_IN_PLACE")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class ScalesQueriesInPlaceBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.ScalesQueriesInPlace;
}

/// <summary>Clears what follows a stored key.</summary>
[AttentionBackend("BROKEN_CLEARS_REST_OF_PAGE")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class ClearsRestOfPageBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.ClearsRestOfPage;
}

/// <summary>Attends to a tree as if it were a chain.</summary>
[AttentionBackend("BROKEN_TREE_AS_CHAIN")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class TreeAsChainBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.TreeAsChain;
}

/// <summary>Takes a tree token's index for its depth.</summary>
[AttentionBackend("BROKEN_TREE_BY_INDEX")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class TreeByIndexBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.TreeByIndex;
}

/// <summary>Hides later positions in an encoder.</summary>
[AttentionBackend("BROKEN_CAUSAL_ENCODER")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class CausalEncoderBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.CausalEncoder;
}

/// <summary>Declares batch invariance, and sums by the size of the batch.</summary>
[AttentionBackend("BROKEN_DEPENDS_ON_BATCH_SIZE")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class DependsOnBatchSizeBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.DependsOnBatchSize;
}

/// <summary>Rejects a page size that it declares.</summary>
[AttentionBackend("BROKEN_REJECTS_PAGE_SIZE")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class RejectsPageSizeBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.RejectsPageSize;
}

/// <summary>Rejects two features together that it declares.</summary>
[AttentionBackend("BROKEN_REJECTS_WINDOW_WITH_CAP")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
internal sealed class RejectsWindowWithCapBackend : PlainAttentionBackend
{
    protected override Defect Defect => Defect.RejectsWindowWithCap;
}
