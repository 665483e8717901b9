namespace AttentionGen.Tests;

/// <summary>
/// An application with a backend of its own, a plug-in that nothing touches, and a plug-in that overrides a name of the
/// other, built in a temporary folder.
/// </summary>
/// <param name="environment">Environment variables for everything that runs in it.</param>
/// <param name="properties">MSBuild's arguments: where the program finds AttentionGen.</param>
public sealed class ThreeAssemblyProgram(IReadOnlyDictionary<string, string>? environment, params string[] properties) : IDisposable
{
    private readonly ProgramFolder _folder = new("assets", environment);

    /// <summary>What the program prints.</summary>
    public static string[] ExpectedLines { get; } =
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

    /// <summary>Builds for the just-in-time compiler and runs; the lines that the program prints.</summary>
    public async Task<string[]> BuildAndRunAsync()
    {
        string output = _folder.PathOf("jit");
        await _folder.RunAsync("dotnet", ["build", "App", "--output", output, "--nologo", .. properties]);
        return await _folder.RunAsync("dotnet", Path.Combine(output, "App.dll"));
    }

    /// <summary>Compiles ahead of time to a native executable and runs it; the lines that the program prints.</summary>
    public async Task<string[]> PublishAndRunAsync()
    {
        NativeToolchain.SkipUnlessInstalled();
        string output = _folder.PathOf("aot");
        await _folder.RunAsync("dotnet", ["publish", "App", "--use-current-runtime", "--output", output, "--nologo", .. properties]);
        Assert.False(File.Exists(Path.Combine(output, "App.dll")), "The program was published as an assembly and not as a native executable.");
        return await _folder.RunAsync(Path.Combine(output, OperatingSystem.IsWindows() ? "App.exe" : "App"));
    }

    public void Dispose() => _folder.Dispose();
}
