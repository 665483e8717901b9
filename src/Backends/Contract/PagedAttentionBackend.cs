using System.Collections.Immutable;
using System.Numerics;

namespace AttentionGen;

/// <summary>
/// A backend over a paged KV cache (<see href="https://arxiv.org/abs/2309.06180"/>). It makes the cache in the layout it
/// reads, one plan a step that all layers share, and one layer for each attention layer of the model.
/// </summary>
/// <remarks>
/// A class derives from this one, carries an <see cref="AttentionBackendAttribute"/> and the
/// <see cref="AttentionSupportAttribute"/>s that say what it can do, and implements the three <c>Core</c> members. What it
/// declares is checked here for every layer, plan and cache, so that the class never sees a configuration that it did not
/// declare, and the selector and the class cannot disagree.
/// </remarks>
public abstract class PagedAttentionBackend : IAttentionBackend, IDisposable
{
    private BackendDescriptor? _descriptor;

    /// <summary>The name and the declaration that the registry has for this instance's class.</summary>
    /// <exception cref="InvalidOperationException">The instance was not made by a registry.</exception>
    public BackendDescriptor Descriptor => _descriptor ?? throw new InvalidOperationException(
        $"This {GetType().Name} was made with 'new', so it does not know what its class declares. Make it by AttentionRegistry.Create or Selection.Create.");

    /// <summary>How the backend's cache lies in memory where <see cref="KeyValueCacheOptions.Layout"/> does not say.</summary>
    public abstract KeyValueCacheLayout CacheLayout { get; }

    /// <summary>The layouts that the backend reads, its first choice first.</summary>
    public virtual ImmutableArray<KeyValueCacheLayout> CacheLayouts => [CacheLayout];

    /// <summary>Makes a cache that this backend reads, filled with zeros; the caller owns it.</summary>
    /// <param name="options">Its size and shape.</param>
    /// <exception cref="ArgumentException">A size is out of range, or the backend does not read the layout asked for.</exception>
    /// <exception cref="AttentionNotSupportedException">The backend does not declare such a cache; the message says what.</exception>
    public PagedKeyValueCache CreateCache(KeyValueCacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        KeyValueCacheLayout layout = LayoutOf(options);

        // Which query heads will read the cache, it does not say: plans and layers do.
        AttentionRequest request = RequestFor(options, options.KeyValueHeads);
        ThrowIfAny(Descriptor.ReasonsAgainst(request).RemoveAll(static reason => reason.Code is ReasonCode.QueryHeads or ReasonCode.GroupSize));
        return new PagedKeyValueCache(options, layout);
    }

    /// <summary>Makes a plan for batches over a cache of one shape; the caller owns it.</summary>
    /// <param name="options">The shape of the cache and of the queries.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    /// <exception cref="AttentionNotSupportedException">
    /// The backend does not declare such a cache, or so many query heads over it; the message says what.
    /// </exception>
    public AttentionPlan CreatePlan(AttentionPlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Cache.Validate();
        _ = LayoutOf(options.Cache);
        options.Capacity?.Validate();
        if (options.QueryHeads <= 0 || options.QueryHeads % options.Cache.KeyValueHeads != 0)
            throw new ArgumentException($"The plan's QueryHeads is {options.QueryHeads}. It must be a positive multiple of the cache's {options.Cache.KeyValueHeads} KV heads.");
        AttentionRequest request = RequestFor(options.Cache, options.QueryHeads);
        ThrowIfAny(Descriptor.ReasonsAgainst(request));

        AttentionPlan plan = CreatePlanCore(options);
        plan.Attach(Descriptor);
        return plan;
    }

    /// <summary>Makes a layer; the caller owns it.</summary>
    /// <param name="options">What the layer computes.</param>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    /// <exception cref="AttentionNotSupportedException">The backend does not declare what the layer needs; the message says what.</exception>
    public AttentionLayer CreateLayer(AttentionLayerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ThrowIfAny(Descriptor.ReasonsAgainst(options.ToRequest()));
        AttentionLayer layer = CreateLayerCore(options);
        layer.Attach(Descriptor);
        return layer;
    }

    /// <summary>
    /// Whether libtorch loads for the device, and the device is there and is what it is described to be. A class that needs more
    /// than that, a library of its own, overrides this and asks the base class first.
    /// </summary>
    /// <inheritdoc/>
    public virtual SelectionReason? FindLoadProblem(AttentionDevice device) => LoadProblem.Find(device);

    /// <summary>Frees what the backend holds for all its layers. Layers, plans and caches are freed by their owners.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    void IAttentionBackend.Attach(BackendDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>Makes a plan. The options have been checked.</summary>
    /// <param name="options">The shape of the cache and of the queries.</param>
    protected abstract AttentionPlan CreatePlanCore(AttentionPlanOptions options);

    /// <summary>Makes a layer. The options have been checked, against the class's declaration too.</summary>
    /// <param name="options">What the layer computes.</param>
    protected abstract AttentionLayer CreateLayerCore(AttentionLayerOptions options);

    /// <summary>Frees what the backend holds.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/> and not by a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>What the shape of a cache and of the queries over it asks of the class, whatever else its layers do.</summary>
    private AttentionRequest RequestFor(KeyValueCacheOptions cache, int queryHeads) => new()
    {
        Device = cache.Device,
        ElementType = QueryTypeFor(cache),
        CacheElementType = cache.ElementType,
        HeadSize = cache.HeadSize,
        ValueHeadSize = cache.ValueHeadSize,
        QueryHeads = queryHeads,
        KeyValueHeads = cache.KeyValueHeads,
        PageSize = cache.PageSize,
        Type = DeclaredType(cache.Device.Kind),
        Form = FormOfCache(cache.Device.Kind),
    };

    private KeyValueCacheLayout LayoutOf(KeyValueCacheOptions options)
    {
        KeyValueCacheLayout layout = options.Layout ?? CacheLayout;
        return CacheLayouts.Contains(layout)
            ? layout
            : throw new ArgumentException($"The cache's Layout is {layout}. {Descriptor.Name} reads {string.Join(", ", CacheLayouts)}: ask for one of these, or for none.");
    }

    private AttentionForm FormOfCache(DeviceKind device)
    {
        AttentionForm declared = Descriptor.SupportFor(device)?.Form ?? AttentionForm.MultiHead;
        return CacheLayout != KeyValueCacheLayout.Latent ? AttentionForm.MultiHead
            : declared == AttentionForm.MultiHead ? AttentionForm.MultiHeadLatent
            : declared;
    }

    /// <summary>A type of queries that the cache may serve: its own, or any declared one where it is a type of caches only.</summary>
    private ElementType QueryTypeFor(KeyValueCacheOptions options)
    {
        ElementTypes declared = Descriptor.SupportFor(options.Device.Kind)?.ElementTypes ?? ElementTypes.None;
        return declared == ElementTypes.None || ((int)declared & (1 << (int)options.ElementType)) != 0
            ? options.ElementType
            : (ElementType)BitOperations.TrailingZeroCount((int)declared);
    }

    private AttentionTypes DeclaredType(DeviceKind device)
    {
        AttentionTypes types = Descriptor.SupportFor(device)?.Types ?? AttentionTypes.Decoder;
        return types & (AttentionTypes)(-(int)types);
    }

    private void ThrowIfAny(ImmutableArray<SelectionReason> reasons)
    {
        if (!reasons.IsEmpty)
            throw new AttentionNotSupportedException(Descriptor.Name, reasons);
    }
}
