namespace AttentionGen.Tests;

/// <summary>
/// An application with a backend of its own, a plug-in that nothing touches, and a plug-in that overrides a name of the
/// other. Generated code is compiled with all analyzers on and warnings as errors.
/// </summary>
public sealed class RegistryEndToEndTests
{
    private static readonly string[] s_expected =
    [
        "registered ACME_ATTN Acme.AcmeAttention of Acme.Plug-In, override False",
        "registered FLASH_ATTN Replacement.ReplacedFlashAttention of Replacement, override True",
        "registered TORCH_SDPA App.AppAttention of App, override False",
        "created ACME_ATTN Acme.AcmeAttention",
        "created FLASH_ATTN Replacement.ReplacedFlashAttention",
        "created TORCH_SDPA App.AppAttention",
        "enum Replacement.ReplacedFlashAttention",
        "parse True FlashAttn",
        "parse True TorchSdpa",
        "parse True TritonMla",
        "parse False",
        "name ROCM_AITER_UNIFIED_ATTN",
        "shared True",
        "resolved TORCH_SDPA: App.TestAttention of App, set at run time in place of App.AppAttention of App",
        "overridden App.TestAttention",
        "cleared True App.AppAttention",
        "selected TORCH_SDPA",
        "selected Acme.AcmeAttention",
        "error 'FLASH_ATN' is not the name of an attention backend. Did you mean 'FLASH_ATTN'? Registered: ACME_ATTN, FLASH_ATTN, TORCH_SDPA.",
        """json {"Backend":"FLASH_ATTN","Device":"cuda:0 (compute capability 9.0)","Runs":{"TORCH_SDPA":1}}""",
        "json True",
        "converted FlashAttn",
    ];

    [Fact]
    public async Task All_backends_are_found_under_the_just_in_time_compiler()
    {
        using ThreeAssemblyProgram program = new();

        Assert.Equal(s_expected, await program.BuildAndRunAsync());
    }

    [Fact]
    public async Task All_backends_are_found_in_a_native_executable()
    {
        NativeToolchain.SkipUnlessInstalled();
        using ThreeAssemblyProgram program = new();

        Assert.Equal(s_expected, await program.PublishAndRunAsync());
    }
}
