using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace AttentionGen.Benchmarks;

/// <summary>From a name to an instance of the class that carries it.</summary>
public class ResolveBenchmarks
{
    private static readonly Dictionary<Backend, Type> s_types =
        Enum.GetValues<Backend>().ToDictionary(static backend => backend, static backend => HandWrittenSwitch.Create(backend).GetType());

    private static readonly Dictionary<Backend, Func<IAttentionBackend>> s_factories =
        Enum.GetValues<Backend>().ToDictionary(static backend => backend, static backend => new Func<IAttentionBackend>(() => HandWrittenSwitch.Create(backend)));

    private static readonly ServiceProvider s_services = BuildServices();

    [Params(Backend.FlashAttn, Backend.RocmAiterUnifiedAttn)]
    public Backend Name { get; set; }

    private string _text = "";
    private Type _type = typeof(object);

    [GlobalSetup]
    public void Choose()
    {
        _text = AttentionRegistry.GetName(Name);
        _type = s_types[Name];
    }

    [Benchmark(Description = "hand-written switch", Baseline = true)]
    public IAttentionBackend HandWritten() => HandWrittenSwitch.Create(Name);

    [Benchmark(Description = "AttentionRegistry.Create(Backend)")]
    public IAttentionBackend Generated() => AttentionRegistry.Create(Name);

    [Benchmark(Description = "AttentionRegistry.Create(string)")]
    public IAttentionBackend GeneratedByText() => AttentionRegistry.Create(_text);

    [Benchmark(Description = "Dictionary of factories")]
    public IAttentionBackend Factories() => s_factories[Name]();

    [Benchmark(Description = "Activator.CreateInstance(Type)")]
    public object Reflection() => Activator.CreateInstance(_type)!;

    [Benchmark(Description = "keyed services, transient")]
    public IAttentionBackend KeyedTransient() => s_services.GetRequiredKeyedService<IAttentionBackend>(Name);

    [Benchmark(Description = "AttentionRegistry.GetShared(Backend)")]
    public IAttentionBackend GeneratedShared() => AttentionRegistry.GetShared(Name);

    [Benchmark(Description = "AttentionRegistry.GetShared(string)")]
    public IAttentionBackend GeneratedSharedByText() => AttentionRegistry.GetShared(_text);

    [Benchmark(Description = "keyed services, singleton")]
    public IAttentionBackend KeyedSingleton() => s_services.GetRequiredKeyedService<IAttentionBackend>(_text);

    private static ServiceProvider BuildServices()
    {
        ServiceCollection services = new();
        foreach (Backend backend in Enum.GetValues<Backend>())
        {
            Type type = s_types[backend];
            services.AddKeyedTransient(typeof(IAttentionBackend), backend, type);
            services.AddKeyedSingleton(typeof(IAttentionBackend), AttentionRegistry.GetName(backend), type);
        }

        return services.BuildServiceProvider();
    }
}
