using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace AttentionGen;

/// <summary>
/// The registry as an object, for the selector, dependency injection and tools. The generator derives one class from it in
/// each application and hands it out as <c>AttentionRegistry.Instance</c>.
/// </summary>
/// <remarks>
/// Every member is safe to call from several threads. A name is either registered (a class of the application or of a
/// referenced assembly carries it), overridden at run time, both, or merely known (one of the 18 in-tree names that
/// nothing here serves).
/// </remarks>
public abstract class AttentionBackendRegistry
{
    private readonly RuntimeOverrides _overrides;
    private readonly ImmutableArray<SharedBackend> _shared;
    private readonly SelectionCache _selections = new();
    private int _overrideCount;

    /// <summary>Makes a registry. Called by generated code.</summary>
    /// <param name="names">All names that <see cref="IndexOf"/> knows, in their canonical spelling.</param>
    /// <param name="backends">The registered backends, ordered by name.</param>
    protected AttentionBackendRegistry(ImmutableArray<string> names, ImmutableArray<BackendDescriptor> backends)
    {
        Names = names;
        Backends = backends;
        _overrides = new RuntimeOverrides(names.Length);
        _shared = [.. names.Select(static _ => new SharedBackend())];
    }

    /// <summary>All names the registry can parse: the in-tree names, then the others in ordinal order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The registered backends, in ordinal order of their names.</summary>
    public ImmutableArray<BackendDescriptor> Backends { get; }

    /// <summary>Whether a run-time override is set for any name.</summary>
    public bool HasOverrides => Volatile.Read(ref OverrideCount) != 0;

    /// <summary>Where the registry counts its run-time overrides: 0 exactly while none is set.</summary>
    /// <remarks>
    /// Generated code moves it to a static field, which it reads with one load before it makes an instance; a field of the
    /// registry takes two. Only the registry writes to it.
    /// </remarks>
    protected virtual ref int OverrideCount => ref _overrideCount;

    /// <summary>Finds a registered backend by name, ignoring case.</summary>
    /// <param name="name">The name.</param>
    /// <param name="descriptor">The backend, or null.</param>
    /// <returns>Whether a class is registered under the name.</returns>
    public bool TryGetDescriptor(ReadOnlySpan<char> name, [NotNullWhen(true)] out BackendDescriptor? descriptor)
    {
        int index = IndexOf(name);
        descriptor = index < 0 ? null : Describe(index);
        return descriptor is not null;
    }

    /// <summary>The in-tree name that a text spells, in any case.</summary>
    /// <param name="text">vLLM's spelling, for example <c>FLASH_ATTN</c>; numbers are not accepted.</param>
    /// <exception cref="UnknownBackendException">
    /// The text spells no in-tree name; the message gives the nearest one and all of them.
    /// </exception>
    public Backend Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int index = IndexOf(text);
        return (uint)index < (uint)BackendNames.Count
            ? (Backend)index
            : throw UnknownBackendException.ForNameOutOfTree(text, index >= 0, this);
    }

    /// <summary>Reads an in-tree name in any case. Numbers are not accepted, and nothing is allocated.</summary>
    /// <param name="text">vLLM's spelling, for example <c>FLASH_ATTN</c>.</param>
    /// <param name="backend">The name, or the default where the text is none.</param>
    /// <returns>
    /// Whether the text is an in-tree name, registered or not. A backend with a name of its own is no
    /// <see cref="Backend"/>: <see cref="TryResolve"/> finds those too.
    /// </returns>
    public bool TryParse(ReadOnlySpan<char> text, out Backend backend)
    {
        int index = IndexOf(text);
        bool isInTree = (uint)index < (uint)BackendNames.Count;
        backend = isInTree ? (Backend)index : default;
        return isInTree;
    }

    /// <summary>What serves a name now: its class, a class that took that one's place, a run-time override, or nothing.</summary>
    /// <param name="name">A name that the registry knows, in any case.</param>
    /// <returns>The answer as of this call.</returns>
    /// <exception cref="UnknownBackendException">The registry does not know the name.</exception>
    public BackendResolution Resolve(string name) => ResolveAt(IndexOfKnown(name));

    /// <summary>What serves an in-tree name now: its class, a class that took that one's place, a run-time override, or nothing.</summary>
    /// <param name="backend">The name.</param>
    /// <returns>The answer as of this call.</returns>
    /// <exception cref="UnknownBackendException">The value is no member of the enum.</exception>
    public BackendResolution Resolve(Backend backend) => ResolveAt(IndexOfKnown(backend));

    /// <summary>What serves a name now, for a text that may be no name.</summary>
    /// <param name="name">The text; names are compared ignoring case.</param>
    /// <param name="resolution">The answer of <see cref="Resolve(string)"/>, or null where the registry does not know the name.</param>
    /// <returns>Whether the registry knows the name, in-tree or a backend's own. Whether anything serves it, the answer says.</returns>
    public bool TryResolve(ReadOnlySpan<char> name, [NotNullWhen(true)] out BackendResolution? resolution)
    {
        int index = IndexOf(name);
        resolution = index < 0 ? null : ResolveAt(index);
        return resolution is not null;
    }

    /// <summary>Makes a new instance of the backend that serves a name now: its run-time override, else its class.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>The instance; the caller owns it.</returns>
    /// <exception cref="UnknownBackendException">No class is registered under the name and no override is set.</exception>
    public IAttentionBackend Create(string name) => CreateAt(IndexOfKnown(name));

    /// <summary>Makes a new instance of the backend that serves an in-tree name now: its run-time override, else its class.</summary>
    /// <param name="backend">The name.</param>
    /// <returns>The instance; the caller owns it.</returns>
    /// <exception cref="UnknownBackendException">No class is registered under the name and no override is set.</exception>
    public IAttentionBackend Create(Backend backend) => CreateAt(IndexOfKnown(backend));

    /// <summary>
    /// The one instance that all callers share of the backend that serves a name now: its run-time override, else its class.
    /// </summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>The instance, made by the first call; the registry owns it, so it is not to be disposed of.</returns>
    /// <exception cref="UnknownBackendException">No class is registered under the name and no override is set.</exception>
    /// <remarks>
    /// A class and each override of it have a shared instance each. Setting an override therefore changes what later calls
    /// return and nothing that was handed out; clearing it brings the class's own instance back.
    /// </remarks>
    public IAttentionBackend GetShared(string name) => GetSharedAt(IndexOfKnown(name));

    /// <inheritdoc cref="GetShared(string)"/>
    /// <param name="backend">The name.</param>
    public IAttentionBackend GetShared(Backend backend) => GetSharedAt(IndexOfKnown(backend));

    /// <summary>Makes one name give instances from a factory from now on, for tests and experiments.</summary>
    /// <param name="name">A name that the registry knows, in any case. It need not be registered.</param>
    /// <param name="factory">Makes a new instance at each call; called on the thread that asks for one.</param>
    /// <exception cref="UnknownBackendException">The registry does not know the name.</exception>
    /// <remarks>
    /// What the factory makes serves under the declaration of the class it stands in for: the selector reads no other, and
    /// <see cref="IAttentionBackend.Attach"/> hands it that one. Where no class is registered there is no declaration, so
    /// <see cref="Select"/> does not pick the name, and <see cref="Create(string)"/> gives it.
    /// </remarks>
    public void SetOverride(string name, Func<IAttentionBackend> factory) => SetOverride<IAttentionBackend>(name, factory);

    /// <inheritdoc cref="SetOverride(string, Func{IAttentionBackend})"/>
    /// <typeparam name="TBackend">
    /// The class that the factory makes; inferred from a lambda. <see cref="Resolve(string)"/> can name it before the first
    /// instance is made.
    /// </typeparam>
    public void SetOverride<TBackend>(string name, Func<TBackend> factory)
        where TBackend : class, IAttentionBackend
    {
        ArgumentNullException.ThrowIfNull(factory);
        int index = IndexOfKnown(name);
        _overrides.Set(index, new RuntimeOverride(Names[index], Describe(index), factory, typeof(TBackend)), ref OverrideCount);
    }

    /// <summary>Whether a run-time override is set for a name.</summary>
    /// <param name="name">A name that the registry knows, in any case.</param>
    /// <exception cref="UnknownBackendException">The registry does not know the name.</exception>
    public bool IsOverridden(string name) => _overrides.Find(IndexOfKnown(name)) is not null;

    /// <summary>Takes a run-time override back.</summary>
    /// <param name="name">A name that the registry knows, in any case.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="UnknownBackendException">The registry does not know the name.</exception>
    public bool ClearOverride(string name) => _overrides.Clear(IndexOfKnown(name), ref OverrideCount);

    /// <summary>
    /// Selects a backend for a request: the one that the request names, else the one that <paramref name="options"/> name for
    /// it, else the one that the environment variable <c>ATTENTION_BACKEND</c> names, else the best that supports all that is
    /// asked.
    /// </summary>
    /// <param name="request">What the model and the device ask for.</param>
    /// <param name="options">
    /// Rules, configuration, availability and measurements; null: the default. Use one object again and again: selections are
    /// kept by it.
    /// </param>
    /// <returns>The winner, with a verdict on every candidate.</returns>
    /// <exception cref="InvalidAttentionRequestException">The request contradicts itself.</exception>
    /// <exception cref="UnknownBackendException">The named backend is not registered.</exception>
    /// <exception cref="BackendSelectionException">
    /// The named backend does not support the request, or no candidate does; the message gives every reason.
    /// </exception>
    /// <remarks>
    /// A named choice is strict: it is never replaced by another backend. The same question is answered from memory after the
    /// first time. The environment variable is read once, by the registry's first selection: a name that a process comes to
    /// later goes into the request or into <paramref name="options"/>.
    /// </remarks>
    public Selection Select(AttentionRequest request, SelectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _selections.GetOrSelect(this, request, options ?? SelectionOptions.Default);
    }

    /// <summary>The place of a name in <see cref="Names"/>, ignoring case, or -1.</summary>
    /// <param name="name">The name.</param>
    public abstract int IndexOf(ReadOnlySpan<char> name);

    /// <summary>The descriptor of the class registered at a place of <see cref="Names"/>, or null.</summary>
    /// <param name="index">The place.</param>
    protected abstract BackendDescriptor? Describe(int index);

    /// <summary>A new instance of the class registered at a place of <see cref="Names"/>, or null.</summary>
    /// <param name="index">The place.</param>
    protected abstract IAttentionBackend? CreateRegistered(int index);

    private BackendResolution ResolveAt(int index)
    {
        BackendDescriptor? descriptor = Describe(index);
        RuntimeOverride? replacement = _overrides.Find(index);
        return new BackendResolution
        {
            Name = Names[index],
            Known = index < BackendNames.Count ? (Backend)index : null,
            Service = replacement is not null ? BackendService.RunTimeOverride
                : descriptor is null ? BackendService.None
                : descriptor.IsOverride ? BackendService.BuildTimeOverride
                : BackendService.Class,
            TypeName = replacement is not null ? replacement.BackendType?.FullName?.Replace('+', '.') : descriptor?.TypeName,
            AssemblyName = replacement is not null ? replacement.BackendType?.Assembly.GetName().Name : descriptor?.AssemblyName,
            Descriptor = descriptor,
        };
    }

    private IAttentionBackend CreateAt(int index) =>
        _overrides.Find(index) is { } replacement ? replacement.Create() : CreateClassAt(index);

    private IAttentionBackend GetSharedAt(int index) =>
        _overrides.Find(index) is { } replacement
            ? replacement.GetShared()
            : _shared[index].TryGet() ?? MakeSharedAt(index);

    // Apart from GetSharedAt, so that only the first call pays for the delegate.
    private IAttentionBackend MakeSharedAt(int index) => _shared[index].GetOrCreate(() => CreateClassAt(index));

    private IAttentionBackend CreateClassAt(int index) =>
        CreateRegistered(index) ?? throw UnknownBackendException.ForUnservedName(Names[index], this);

    private int IndexOfKnown(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int index = IndexOf(name);
        return index >= 0 ? index : throw UnknownBackendException.ForUnknownName(name, this);
    }

    private int IndexOfKnown(Backend backend) =>
        BackendNames.IsDefined(backend) ? (int)backend : throw UnknownBackendException.ForUnknownName(backend.ToString(), this);
}
