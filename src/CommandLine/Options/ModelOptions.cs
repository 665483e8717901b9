using System.CommandLine;

namespace AttentionGen.CommandLine.Options;

/// <summary>What a model asks of attention, whatever the device and the batch: the larger part of a request.</summary>
internal sealed class ModelOptions
{
    private readonly NamedValueOption<ElementType> _elementType = new(
        "--dtype", "The element type of queries, keys, values and output:", ValueNames.ElementTypes, "bf16");

    private readonly NamedValueOption<ElementType?> _cacheElementType = new(
        "--kv-cache", "The element type of the KV cache, auto for that of the queries:", ValueNames.CacheElementTypes, "auto");

    private readonly WholeNumberOption _headSize = new("--head-size", "The size of a query and key head; with --form mla that of a row of the cache, 576 for DeepSeek-V3.", 128);
    private readonly WholeNumberOption _valueHeadSize = new("--value-head-size", "The size of a value head; without it that of a key head.");
    private readonly Option<HeadCounts> _heads = HeadCounts.Option("32:8");
    private readonly WholeNumberOption _pageSize = new("--page", "The page size in tokens; without it the backend chooses.");
    private readonly NamedValueOption<AttentionTypes> _type = new("--type", "The role in the model:", ValueNames.Types, "decoder");
    private readonly NamedValueOption<AttentionForm> _form = new("--form", "What a row of the cache holds:", ValueNames.Forms, "multi-head");
    private readonly FeatureOptions _features = new();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_headSize, _valueHeadSize, _heads, _elementType, _cacheElementType, _pageSize, _form, _type])
            command.Add(option);
        _features.AddTo(command);
    }

    /// <summary>A request for a device with all that the options say.</summary>
    public AttentionRequest Read(ParseResult result, AttentionDevice device)
    {
        HeadCounts heads = result.GetValue(_heads);
        return new AttentionRequest
        {
            Device = device,
            ElementType = _elementType.Read(result),
            CacheElementType = _cacheElementType.Read(result),
            HeadSize = result.GetRequiredValue(_headSize)!.Value,
            ValueHeadSize = result.GetValue(_valueHeadSize),
            QueryHeads = heads.Query,
            KeyValueHeads = heads.KeyValue,
            PageSize = result.GetValue(_pageSize),
            Type = _type.Read(result),
            Form = _form.Read(result),
            Features = _features.Read(result),
        };
    }
}
