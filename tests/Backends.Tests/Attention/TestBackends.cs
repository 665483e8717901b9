using Xunit;

namespace AttentionGen.Tests.Attention;

internal static class TestBackends
{
    private const string CudaForm = " as on CUDA";

    /// <summary>The backends that are on libtorch's operators on some device, as they are on this one and, on the CPU, as they are on CUDA.</summary>
    public static IReadOnlyList<string> OnLibtorch { get; } =
    [
        "TORCH_SDPA", "FLASH_ATTN", "XFORMERS", "TREE_ATTN",
        "TORCH_SDPA" + CudaForm, "XFORMERS" + CudaForm, "TREE_ATTN" + CudaForm,
    ];

    public static TheoryData<string> OnLibtorchData => [.. OnLibtorch];

    public static PagedAttentionBackend Create(Backend backend) => (PagedAttentionBackend)AttentionRegistry.Create(backend);

    /// <summary>Makes one of <see cref="OnLibtorch"/>.</summary>
    public static PagedAttentionBackend CreateOnLibtorch(string name)
    {
        bool isForm = name.EndsWith(CudaForm, StringComparison.Ordinal);
        Assert.SkipWhen(isForm && TestDevice.Current.Kind != DeviceKind.Cpu, "The form for CUDA is run on the CPU; on CUDA there is the backend itself.");
        return isForm
            ? new CudaFormBackend(AttentionRegistry.Parse(name[..^CudaForm.Length]))
            : (PagedAttentionBackend)AttentionRegistry.Instance.Create(name);
    }
}
