using System.Diagnostics;
using static TorchSharp.torch;

namespace AttentionGen.Soak;

/// <summary>
/// Steps of prefills and decodes over one cache, with requests that come and go at random and pages that run short.
/// </summary>
internal sealed class SoakRun
{
    private const int QueryHeads = 4, KeyValueHeads = 2, HeadSize = 32, LongestPrompt = 60, LongestAnswer = 120;
    private const long ManagedGrowthAllowed = 1 << 20, ResidentGrowthAllowed = 16 << 20;

    private readonly SoakOptions _options;
    private readonly Random _random;
    private readonly PageAllocator _allocator;
    private readonly AttentionBatchBuilder _builder;
    private readonly List<SoakRequest> _running = [];
    private readonly List<string> _failures = [];
    private SoakRequest? _waiting;
    private int _arrivals;
    private long _tokens;
    private double _worstError;

    public SoakRun(SoakOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        _allocator = new PageAllocator(options.Pages);
        _builder = new AttentionBatchBuilder(options.PageSize);
    }

    public SoakReport Run(TextWriter progress)
    {
        AttentionLayerOptions layerOptions = new()
        {
            Device = _options.Device, ElementType = _options.ElementType, QueryHeads = QueryHeads, KeyValueHeads = KeyValueHeads, HeadSize = HeadSize,
        };
        Selection selection = AttentionRegistry.Select(layerOptions.ToRequest(_options.PageSize) with { Backend = _options.Backend });
        using PagedAttentionBackend backend = selection.Create<PagedAttentionBackend>();
        KeyValueCacheOptions cacheOptions = new()
        {
            Device = _options.Device, ElementType = _options.ElementType, Layers = _options.Layers, Pages = _options.Pages, PageSize = _options.PageSize,
            KeyValueHeads = KeyValueHeads, HeadSize = HeadSize,
        };
        using PagedKeyValueCache cache = backend.CreateCache(cacheOptions);
        using AttentionPlan plan = backend.CreatePlan(new AttentionPlanOptions { Cache = cacheOptions, QueryHeads = QueryHeads });
        using AttentionLayer layer = backend.CreateLayer(layerOptions);

        List<MemoryReading> memory = [];
        int interval = Math.Max(1, _options.Steps / 10);
        Stopwatch watch = Stopwatch.StartNew();
        for (int step = 1; step <= _options.Steps && _failures.Count == 0; step++)
        {
            Step(step, layer, plan, cache);
            if (step % interval == 0)
            {
                memory.Add(MemoryReading.Take(step, _allocator));
                progress.WriteLine($"{step,9:N0} of {_options.Steps:N0} steps, {watch.Elapsed.TotalSeconds:F0} s, managed {memory[^1].ManagedBytes / 1024:N0} KiB, resident {memory[^1].ResidentBytes / 1024:N0} KiB");
            }
        }

        foreach (SoakRequest request in _running)
            Release(request);
        Judge(memory);
        return new SoakReport
        {
            Backend = backend.Descriptor.Name, Device = _options.Device.ToString(), Steps = _options.Steps, Requests = _arrivals, Tokens = _tokens,
            Seconds = watch.Elapsed.TotalSeconds, WorstError = _worstError, Memory = memory, Failures = _failures,
        };
    }

    private void Step(int step, AttentionLayer layer, AttentionPlan plan, PagedKeyValueCache cache)
    {
        Admit();
        _builder.Clear();
        foreach (SoakRequest request in _running)
            _builder.Add(request.Computed, request.New, request.Pages.ToArray());

        plan.Update(_builder.Build());
        using (NewDisposeScope())
        {
            Tensor query = Noise(plan.TokenCount, QueryHeads), key = Noise(plan.TokenCount, KeyValueHeads), value = Values(plan.TokenCount);
            Tensor output = empty_like(query);
            for (int i = 0; i < _options.Layers; i++)
                layer.Forward(query, key, value, cache[i], plan, output);
            Compare(step, output);
        }

        foreach (SoakRequest request in _running)
        {
            _tokens += request.New;
            request.Computed += request.New;
            request.New = 1;
            if (request.IsDone || !TryReserve(request))
                Release(request);
        }

        _running.RemoveAll(static request => request.Pages.Count == 0);
    }

    /// <summary>Arrivals are random, and wait while there are no pages for them.</summary>
    private void Admit()
    {
        while (_running.Count < _options.MaxRequests)
        {
            if (_running.Count > 0 && _random.Next(4) != 0)
                return;

            if (_waiting is null)
            {
                int prompt = _random.Next(1, LongestPrompt + 1);
                _waiting = new SoakRequest(1 + (_arrivals++ % 97), prompt, prompt + _random.Next(1, LongestAnswer + 1));
            }

            if (!TryReserve(_waiting))
            {
                Release(_waiting);
                return;
            }

            _running.Add(_waiting);
            _waiting = null;
        }
    }

    private bool TryReserve(SoakRequest request)
    {
        while (request.Pages.Count * _options.PageSize < request.Computed + request.New)
        {
            if (!_allocator.TryAllocate(out int page))
                return false;
            request.Pages.Add(page);
        }

        return true;
    }

    private void Release(SoakRequest request)
    {
        foreach (int page in request.Pages)
            _allocator.Release(page);
        request.Pages.Clear();
    }

    private Tensor Noise(int tokens, int heads) =>
        randn(tokens, heads, HeadSize, dtype: _options.ElementType.ToScalarType(), device: _options.Device.ToTorch());

    private Tensor Values(int tokens)
    {
        float[] values = new float[tokens];
        int row = 0;
        foreach (SoakRequest request in _running)
        {
            values.AsSpan(row, request.New).Fill(request.Value);
            row += request.New;
        }

        Tensor column = tensor(values, dtype: _options.ElementType.ToScalarType(), device: _options.Device.ToTorch());
        return column.view(tokens, 1, 1).expand(tokens, KeyValueHeads, HeadSize).contiguous();
    }

    /// <summary>Weights sum to one, so a request's output is its value, unless another's page was read.</summary>
    private void Compare(int step, Tensor output)
    {
        float[] host = output.cpu().to(ScalarType.Float32).data<float>().ToArray();
        int row = 0;
        foreach (SoakRequest request in _running)
        {
            int length = request.New * QueryHeads * HeadSize;
            foreach (float actual in host.AsSpan(row, length))
                _worstError = Math.Max(_worstError, float.IsNaN(actual) ? double.PositiveInfinity : Math.Abs(actual - request.Value) / request.Value);
            row += length;
        }

        if (_worstError > (_options.ElementType == ElementType.Float32 ? 1e-5 : 1e-2))
            _failures.Add($"Step {step}: an output is off by {_worstError:G3} of its value.");
    }

    private void Judge(List<MemoryReading> memory)
    {
        if (_allocator.FreeCount != _allocator.PageCount)
            _failures.Add($"{_allocator.PageCount - _allocator.FreeCount} pages were not given back.");
        if (memory.Count < 3)
            return;

        // The first fifth warms up: code is compiled, pools fill.
        MemoryReading first = memory[1], last = memory[^1];
        if (last.ManagedBytes - first.ManagedBytes > ManagedGrowthAllowed)
            _failures.Add($"Managed memory grew by {last.ManagedBytes - first.ManagedBytes:N0} bytes between steps {first.Step} and {last.Step}.");
        if (last.ResidentBytes - first.ResidentBytes > ResidentGrowthAllowed)
            _failures.Add($"Resident memory grew by {last.ResidentBytes - first.ResidentBytes:N0} bytes between steps {first.Step} and {last.Step}.");
    }
}
