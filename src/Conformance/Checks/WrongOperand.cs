namespace AttentionGen.Conformance.Checks;

/// <summary>What is wrong with a step that a layer has to refuse.</summary>
internal enum WrongOperand
{
    StridedLastDimension,
    MissingKeys,
    TooFewQueryRows,
    OtherElementType,
    NoCache,
    NoBatch,
    LogSumExpNotAskedFor,
    FullBatchForCausalLayer,
    TreeForLayerWithout,
    CommonPrefixForLayerWithout,
    PageOutsideCache,
    SlotOutsideCache,
    FewerKeysThanQueries,
}
