using Xunit;

namespace AttentionGen.Tests.Attention;

internal static class TestBackends
{
    private const string Rounded = "TORCH_SDPA in rounded shapes", FlashVarlen = "FLASH_ATTN over the reference operator", Efficient = "XFORMERS over the reference operator";

    /// <summary>The backends on libtorch's operators, and variants of them.</summary>
    public static IReadOnlyList<string> OnLibtorch { get; } = ["TORCH_SDPA", Rounded, "FLASH_ATTN", FlashVarlen, "XFORMERS", Efficient, "TREE_ATTN"];

    public static TheoryData<string> OnLibtorchData => [.. OnLibtorch];

    public static PagedAttentionBackend Create(Backend backend) => (PagedAttentionBackend)AttentionRegistry.Create(backend);

    /// <summary>Makes one of <see cref="OnLibtorch"/>.</summary>
    public static PagedAttentionBackend CreateOnLibtorch(string name)
    {
        Assert.SkipWhen(name is FlashVarlen or Efficient && TestDevice.Current.Kind != DeviceKind.Cpu, "The reference operators are on the CPU.");
        return name switch
        {
            Rounded => new RoundedTorchSdpaBackend(),
            FlashVarlen => new ReferenceOperatorBackend(Backend.FlashAttn),
            Efficient => new ReferenceOperatorBackend(Backend.XFormers),
            _ => (PagedAttentionBackend)AttentionRegistry.Instance.Create(name),
        };
    }
}
