using AttentionGen.Cuda.Attention;
using static TorchSharp.torch;
using CacheElements = AttentionGen.Libtorch.Gathered.CacheElements;

namespace AttentionGen.Cuda.Benchmarks.Steps;

/// <summary>A step on our own engine, over pages dealt at random. Every set of numbers has a layer of the cache.</summary>
internal sealed class PagedStep : IDisposable
{
    private readonly PagedKeyValueCache _cache;
    private readonly CudaAttentionPlan _plan;
    private readonly CudaAttentionLayer _layer;
    private readonly StepNumbers _numbers;
    private readonly Tensor[] _newKeys, _newValues;
    private readonly Tensor[] _outputs;
    private readonly bool _stores;

    /// <summary>Makes cache, plan and layer, and fills the cache with all keys and values.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">How the step is done.</param>
    /// <param name="numbers">Its numbers; kept.</param>
    /// <param name="outputs">Where results go, [T, Hq, D] for each set; null: tensors of its own.</param>
    public PagedStep(CudaDevice device, PagedStepOptions options, StepNumbers numbers, Tensor[]? outputs = null)
    {
        StepShape shape = options.Shape;
        int pageSize = options.PageSize;
        if (Array.Exists(shape.Requests, request => request.Keys % pageSize != 0))
            throw new ArgumentException($"A request does not fill its last page of {pageSize} tokens, which filling the cache relies on.", nameof(options));

        KeyValueCacheOptions cache = new()
        {
            Device = device.Memory, ElementType = options.CacheElementType ?? options.ElementType, Layers = numbers.Sets, Pages = shape.Keys / pageSize,
            PageSize = pageSize, KeyValueHeads = shape.KeyValueHeads, HeadSize = shape.HeadSize,
        };
        ScheduleKeys schedules = new();
        _numbers = numbers;
        _stores = options.Stores;
        _outputs = outputs ?? numbers.NewOutputs();
        _newKeys = numbers.NewRowsOf(numbers.Keys);
        _newValues = numbers.NewRowsOf(numbers.Values);
        _layer = new CudaAttentionLayer(device, options.Layer(device.Memory), schedules, options.IsSpecialised);
        _plan = new CudaAttentionPlan(device, options.Plan(cache), schedules);
        _cache = new PagedKeyValueCache(cache, options.Layout);

        int[] pages = PagedBatch.DealPages(cache.Pages);
        Fill(pages);
        _plan.Update(PagedBatch.Create(options, pages));
    }

    /// <summary>The operands of the step with a set of numbers.</summary>
    public AttentionOperands OperandsOf(int set) => new()
    {
        Query = _numbers.Queries[set],
        Key = _stores ? _newKeys[set] : default(TensorView),
        Value = _stores ? _newValues[set] : default(TensorView),
        Output = _outputs[set],
    };

    /// <summary>Does the step with a set of numbers.</summary>
    /// <returns>The result, [T, Hq, D], which stays the step's.</returns>
    public Tensor Run(int set)
    {
        Run(OperandsOf(set), set);
        return _outputs[set];
    }

    /// <summary>Does the step with operands of a set that were made before.</summary>
    public void Run(in AttentionOperands operands, int set) => _layer.Forward(in operands, _cache[set], _plan);

    /// <summary>Frees cache, plan and layer; tensors belong to the dispose scope.</summary>
    public void Dispose()
    {
        _layer.Dispose();
        _plan.Dispose();
        _cache.Dispose();
    }

    private void Fill(int[] pages)
    {
        long[] contents = new long[pages.Length];
        for (int page = 0; page < pages.Length; page++)
            contents[pages[page]] = page;
        using Tensor order = tensor(contents).to(_cache[0].KeyTensor.device);
        for (int set = 0; set < _numbers.Sets; set++)
        {
            Copy(_numbers.Keys[set], _cache[set].KeyTensor, order);
            Copy(_numbers.Values[set], _cache[set].ValueTensor, order);
        }
    }

    private void Copy(Tensor source, Tensor target, Tensor order)
    {
        using var scope = NewDisposeScope();
        Tensor elements = CacheElements.AreBytes(_cache.Options.ElementType) ? CacheElements.Encode(source, 1) : source;
        target.copy_(elements.view(target.shape).index_select(0, order));
    }
}
