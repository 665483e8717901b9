namespace AttentionGen;

/// <summary>Checks the tensors of a forward pass before native code sees them.</summary>
internal static class OperandCheck
{
    public static void ThrowIfInvalid(AttentionLayerOptions layer, in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        if (!plan.IsReady)
            throw new InvalidOperationException("The plan holds no batch. Call Update with the step's batch first, and check that it did not throw.");

        ThrowIfBatchDiffers(layer, plan);
        ThrowIfCacheDiffers(layer, cache, plan);
        int tokens = plan.TokenCount;
        int newKeys = plan.NewKeyCount;
        int valueSize = layer.ValueHeadSize ?? layer.HeadSize;
        ThrowUnlessShaped(layer, operands.Query, "query", "[T, Hq, D]", tokens, layer.QueryHeads, layer.HeadSize, layer.ElementType);
        ThrowUnlessShaped(layer, operands.Output, "output", "[T, Hq, Dv]", tokens, layer.QueryHeads, valueSize, layer.ElementType);
        if (operands.Key.IsDefined || newKeys > 0)
            ThrowUnlessShaped(layer, operands.Key, "key", "[new keys, Hkv, D]", newKeys, layer.KeyValueHeads, layer.HeadSize, layer.ElementType);
        bool hasValues = layer.Form == AttentionForm.MultiHead;
        if (operands.Value.IsDefined || (newKeys > 0 && hasValues))
            ThrowUnlessShaped(layer, operands.Value, "value", "[new keys, Hkv, Dv]", newKeys, layer.KeyValueHeads, valueSize, layer.ElementType);
        if (operands.LogSumExp.IsDefined)
            ThrowUnlessLogSumExp(layer, operands.LogSumExp, "logSumExp", tokens);
    }

    /// <summary>What the batch asks, the layer must have asked of the backend.</summary>
    private static void ThrowIfBatchDiffers(AttentionLayerOptions layer, AttentionPlan plan)
    {
        bool isEncoder = layer.Type is AttentionTypes.Encoder or AttentionTypes.EncoderOnly;
        if (plan.Options.QueryHeads != layer.QueryHeads)
            throw new ArgumentException($"The plan was made for {plan.Options.QueryHeads} query heads. The layer has {layer.QueryHeads}.", nameof(plan));
        if (plan.KeysInCache == isEncoder)
            throw new ArgumentException($"The batch's keys are {(plan.KeysInCache ? "in a cache" : "not in a cache")} and the layer's type is {layer.Type}. An encoder attends to the step's own keys, every other type to keys in a cache.", nameof(plan));
        if (plan.Causal && layer.Type != AttentionTypes.Decoder)
            throw new ArgumentException($"The plan's batch is causal. Attention of type {layer.Type} is not: set the batch's Causal to false.", nameof(plan));
        if (!plan.Causal && layer.Type == AttentionTypes.Decoder && !layer.NonCausal)
            throw new ArgumentException("The plan's batch is not causal. Make the layer with NonCausal, so that the backend can say whether it supports it.", nameof(plan));
        if (plan.HasTree && !layer.TreeMask)
            throw new ArgumentException("The plan's batch has a tree. Make the layer with TreeMask, so that the backend can say whether it supports it.", nameof(plan));
        if (plan.CommonPrefixLength > 0 && !layer.Cascade)
            throw new ArgumentException("The plan's batch has a common prefix. Make the layer with Cascade, so that the backend can say whether it supports it.", nameof(plan));
    }

    private static void ThrowIfCacheDiffers(AttentionLayerOptions layer, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        if (cache is null != !plan.KeysInCache)
        {
            throw new ArgumentException(
                cache is null ? "There is no cache, but the batch's keys lie in one." : "There is a cache, but the batch's keys do not lie in one. Pass null.",
                nameof(cache));
        }

        ThrowIfShapeDiffers(layer, plan.Options.Cache, "The plan was made for a cache that holds", nameof(plan));
        if (cache is null)
            return;

        ThrowIfShapeDiffers(layer, cache.Options, "The cache holds", nameof(cache));
        if (plan.Options.Cache.Pages != cache.Options.Pages || plan.Options.Cache.PageSize != cache.Options.PageSize)
        {
            throw new ArgumentException(
                $"The plan was made for a cache of {plan.Options.Cache.Pages} pages of {plan.Options.Cache.PageSize} tokens. This one has {cache.Options.Pages} of {cache.Options.PageSize}.",
                nameof(plan));
        }
    }

    private static void ThrowIfShapeDiffers(AttentionLayerOptions layer, KeyValueCacheOptions cache, string subject, string name)
    {
        ElementType type = layer.CacheElementType ?? layer.ElementType;
        int valueSize = cache.ValueHeadSize ?? cache.HeadSize, layerValueSize = layer.ValueHeadSize ?? layer.HeadSize;
        if (cache.KeyValueHeads != layer.KeyValueHeads || cache.HeadSize != layer.HeadSize || valueSize != layerValueSize || cache.ElementType != type)
        {
            throw new ArgumentException(
                $"{subject} {Heads(cache.KeyValueHeads, cache.ElementType, cache.HeadSize, valueSize)}. The layer needs {Heads(layer.KeyValueHeads, type, layer.HeadSize, layerValueSize)}.",
                name);
        }

        if (cache.Device.Kind != layer.Device.Kind || cache.Device.Index != layer.Device.Index)
            throw new ArgumentException($"{subject} keys and values on {cache.Device}. The layer runs on {layer.Device}.", name);
    }

    private static string Heads(int heads, ElementType type, int size, int valueSize) =>
        size == valueSize ? $"{heads} {type} heads of {size}" : $"{heads} {type} heads of {size} with values of {valueSize}";

    private static void ThrowUnlessShaped(
        AttentionLayerOptions layer, in TensorView tensor, string name, string meaning, int rows, int heads, int size, ElementType type)
    {
        if (!tensor.IsDefined)
            throw new ArgumentException($"The {name} is missing. It must be {type} [{rows}, {heads}, {size}], that is {meaning}.", name);
        if (tensor.Rank != 3 || tensor.Size(0) != rows || tensor.Size(1) != heads || tensor.Size(2) != size || tensor.ElementType != type)
            throw new ArgumentException($"The {name} is {tensor}. It must be {type} [{rows}, {heads}, {size}], that is {meaning}.", name);
        if (tensor.Stride(2) != 1 && size > 1)
            throw new ArgumentException($"The {name}'s last dimension has stride {tensor.Stride(2)}. It must be 1: make the tensor contiguous.", name);
        ThrowUnlessOn(layer, tensor, name);
    }

    private static void ThrowUnlessLogSumExp(AttentionLayerOptions layer, in TensorView tensor, string name, int tokens)
    {
        if (!layer.LogSumExp)
            throw new ArgumentException("The layer was made without LogSumExp. Ask for it in the layer's options, so that the backend can say whether it supports it.", name);
        if (tensor.Rank != 2 || tensor.Size(0) != layer.QueryHeads || tensor.Size(1) != tokens || tensor.ElementType != ElementType.Float32)
            throw new ArgumentException($"The log-sum-exp is {tensor}. It must be Float32 [{layer.QueryHeads}, {tokens}], that is [Hq, T].", name);
        ThrowUnlessOn(layer, tensor, name);
    }

    private static void ThrowUnlessOn(AttentionLayerOptions layer, in TensorView tensor, string name)
    {
        if (tensor.Device != layer.Device.Kind || tensor.DeviceIndex != layer.Device.Index)
            throw new ArgumentException($"The {name} is {tensor}. It must be on {layer.Device}.", name);
    }
}
