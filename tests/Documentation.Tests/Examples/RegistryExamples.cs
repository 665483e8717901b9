using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace AttentionGen.Tests.Examples;

/// <summary>The examples of docs/registry.md that run.</summary>
public sealed class RegistryExamples
{
    [Fact]
    public void Parse()
    {
        bool known = AttentionRegistry.TryParse("flash_attn", out Backend backend);   // text or UTF-8, any case, no allocation
        string name = AttentionRegistry.GetName(backend);                              // "FLASH_ATTN"
        Backend parsed = AttentionRegistry.Parse("TORCH_SDPA");                        // throws with the nearest name

        Assert.Equal((true, "FLASH_ATTN", Backend.TorchSdpa), (known, name, parsed));
    }

    [Fact]
    public void Resolve()
    {
        BackendResolution served = AttentionRegistry.Resolve(Backend.TorchSdpa);   // what serves the name now
        string? className = served.TypeName;                                       // its full name, null where nothing serves it
        BackendService how = served.Service;                                       // None, Class, BuildTimeOverride or RunTimeOverride
        bool exists = AttentionRegistry.Instance.TryResolve("no_such_name", out _); // false: a plain no, without an exception

        Assert.Equal((typeof(TracedAttention).FullName, BackendService.BuildTimeOverride, false), (className, how, exists));
    }

    [Fact]
    public void List()
    {
        foreach (BackendDescriptor backend in AttentionRegistry.Backends)
            Console.WriteLine($"{backend.Name} {backend.TypeName} {string.Join(", ", backend.Supports.Select(support => support.Device))}");

        Assert.Contains(AttentionRegistry.Backends, static backend => backend.Name == "ACME_ATTN");
    }

    [Fact]
    public void Create()
    {
        IAttentionBackend own = AttentionRegistry.Create("acme_attn");                // new at each call, yours to dispose of
        IAttentionBackend shared = AttentionRegistry.GetShared(Backend.TorchSdpa);    // one for all callers, the registry's

        Assert.IsType<AcmeAttention>(own);
        Assert.IsType<TracedAttention>(shared);
    }

    [Fact]
    public void Select()
    {
        AttentionRequest request = new()
        {
            Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, HeadSize = 64, QueryHeads = 8, KeyValueHeads = 2,
        };
        Selection best = AttentionRegistry.Select(request);                              // the best-ranked one that supports it
        Selection named = AttentionRegistry.Select(request with { Backend = "ACME_ATTN" });   // that one, or an exception with the reason
        Console.WriteLine(best.Explain());

        Assert.Equal("TORCH_SDPA", best.Backend.Name);
        Assert.IsType<AcmeAttention>(named.Create<IAttentionBackend>());
    }

    [Fact]
    public void Override()
    {
        AttentionRegistry.Instance.SetOverride("FLASHMLA", () => new TestAttention());
        Console.WriteLine(AttentionRegistry.Resolve(Backend.FlashMla));   // FLASHMLA: Chat.TestAttention of Chat, set at run time
        AttentionRegistry.Instance.ClearOverride("FLASHMLA");

        Assert.False(AttentionRegistry.Instance.IsOverridden("FLASHMLA"));
    }

    [Fact]
    public void Json()
    {
        ServerSettings? settings = JsonSerializer.Deserialize(
            """{"Backend":"FLASH_ATTN","Device":"cuda:9.0"}""", ServerJsonContext.Default.ServerSettings);

        Assert.Equal(new ServerSettings(Backend.FlashAttn, AttentionDevice.Cuda(90)), settings);
    }

    [Theory]
    [InlineData("FLASH_ATTN")]
    [InlineData("ACME_ATTN")]
    public void Configure(string name)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Attention:Backend"] = name, ["Attention:Device"] = "cuda:9.0" })
            .Build();

        AttentionOptions options = configuration.GetSection("Attention").Get<AttentionOptions>() ?? new();
        AttentionRequest request = new()
        {
            Backend = options.Backend,                          // any name, own ones too; null: choose
            Device = AttentionDevice.Parse(options.Device),
            ElementType = ElementType.BFloat16, HeadSize = 128, QueryHeads = 32, KeyValueHeads = 8,
        };
        if (request.Backend is { } backend)
            AttentionRegistry.Resolve(backend);                 // a wrong name fails at start-up, with the nearest one

        Assert.Equal((name, AttentionDevice.Cuda(90)), (request.Backend, request.Device));
    }
}
