using System.Text.Json;
using App;
using AttentionGen;

foreach (BackendDescriptor backend in AttentionRegistry.Backends)
    Console.WriteLine($"registered {backend.Name} {backend.TypeName} of {backend.AssemblyName}, override {backend.IsOverride}");

foreach (BackendDescriptor backend in AttentionRegistry.Backends)
    Console.WriteLine($"created {backend.Name} {AttentionRegistry.Create(backend.Name)}");

Console.WriteLine($"enum {AttentionRegistry.Create(Backend.FlashAttn)}");
Console.WriteLine($"parse {AttentionRegistry.TryParse("FLASH_ATTN", out Backend upper)} {upper}");
Console.WriteLine($"parse {AttentionRegistry.TryParse("torch_Sdpa", out Backend mixed)} {mixed}");
Console.WriteLine($"parse {AttentionRegistry.TryParse("triton_mla"u8, out Backend bytes)} {bytes}");
Console.WriteLine($"parse {AttentionRegistry.TryParse("6", out Backend _)}");
Console.WriteLine($"name {AttentionRegistry.GetName(Backend.RocmAiterUnifiedAttn)}");
Console.WriteLine($"shared {ReferenceEquals(AttentionRegistry.GetShared("acme_attn"), AttentionRegistry.GetShared("ACME_ATTN"))}");

AttentionRegistry.Instance.SetOverride("TORCH_SDPA", static () => new TestAttention());
Console.WriteLine($"resolved {AttentionRegistry.Resolve("torch_sdpa")}");
Console.WriteLine($"overridden {AttentionRegistry.Create(Backend.TorchSdpa)}");
Console.WriteLine($"cleared {AttentionRegistry.Instance.ClearOverride("TORCH_SDPA")} {AttentionRegistry.Create(Backend.TorchSdpa)}");

AttentionRequest request = new()
{
    Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, HeadSize = 64, QueryHeads = 8, KeyValueHeads = 2,
};
Console.WriteLine($"selected {AttentionRegistry.Select(request).Backend.Name}");
Console.WriteLine($"selected {AttentionRegistry.Select(request with { Backend = "acme_attn" }).Create<IAttentionBackend>()}");

try
{
    AttentionRegistry.Create("FLASH_ATN");
}
catch (UnknownBackendException exception)
{
    Console.WriteLine($"error {exception.Message}");
}

AttentionSettings settings = new(Backend.FlashAttn, AttentionDevice.Cuda(90), new() { [Backend.TorchSdpa] = 1 });
string json = JsonSerializer.Serialize(settings, AttentionSettingsContext.Default.AttentionSettings);
Console.WriteLine($"json {json}");
Console.WriteLine($"json {JsonSerializer.Deserialize(json, AttentionSettingsContext.Default.AttentionSettings)!.Device == settings.Device}");
Console.WriteLine($"converted {new BackendTypeConverter().ConvertFromInvariantString("flash_attn")}");
