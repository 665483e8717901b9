using System.Text.Json;

namespace AttentionGen.Tests;

/// <summary>What <c>attn list</c> prints.</summary>
public sealed class ListTests
{
    private static readonly BackendDescriptor s_own = new()
    {
        Name = "ACME_ATTN",
        TypeName = "Acme.Attention.AcmeBackend",
        AssemblyName = "Acme.Attention",
        Supports =
        [
            new()
            {
                Device = DeviceKind.Cuda, MinComputeCapability = 90, MaxComputeCapability = 100, ElementTypes = ElementTypes.BFloat16,
                CacheElementTypes = ElementTypes.Float8E4M3, HeadSizes = [576], PageSizes = [64], GroupSizes = [16, 128], MaxQueryHeads = 128,
                Form = AttentionForm.MultiHeadLatent, Features = AttentionFeatures.LogSumExp, GraphCapture = GraphCaptureLevel.UniformBatch,
            },
            new() { Device = DeviceKind.Rocm, Architectures = ["gfx9"], ElementTypes = ElementTypes.Float16, MaxHeadSize = 256, HeadSizeMultipleOf = 8 },
        ],
    };

    private static readonly BackendDescriptor s_override = new()
    {
        Name = "PALLAS", Known = Backend.Pallas, TypeName = "Acme.Attention.OwnPallas", AssemblyName = "Acme.Attention", IsOverride = true,
    };

    [Fact]
    public void The_program_lists_the_18_names() =>
        Repository.AssertVerified(ProgramProcess.Run(["list"]).AssertSucceeded(), "list");

    [Fact]
    public void With_vllm_s_capability_sets()
    {
        string output = InProcess.Run("list", "--vllm").AssertSucceeded();
        Repository.AssertVerified(output[output.IndexOf("vLLM's", StringComparison.Ordinal)..], "list-vllm");
    }

    [Fact]
    public void Backends_of_one_s_own_overrides_and_factories()
    {
        StubRegistry registry = new(s_own, s_override);
        registry.SetOverride("TORCH_SDPA", static () => new NamedBackend("TORCH_SDPA"));
        Repository.AssertVerified(InProcess.Run(registry, "list").AssertSucceeded(), "list-own");
    }

    [Fact]
    public void A_registry_without_backends() =>
        Assert.Contains("No backend is registered. Reference a package", InProcess.Run(new StubRegistry(), "list").AssertSucceeded(), StringComparison.Ordinal);

    [Fact]
    public void As_json()
    {
        using JsonDocument document = JsonDocument.Parse(ProgramProcess.Run(["list", "--json"]).AssertSucceeded());
        JsonElement[] names = [.. document.RootElement.GetProperty("names").EnumerateArray()];
        Assert.Equal(InTreeNames.All, names.Select(static name => name.GetProperty("name").GetString()!));

        JsonElement flash = names[0];
        Assert.True(flash.GetProperty("inTree").GetBoolean());
        Assert.Equal("Class", flash.GetProperty("service").GetString());
        Assert.Equal("AttentionGen.FlashAttention.FlashAttentionBackend", flash.GetProperty("typeName").GetString());
        Assert.Equal("AttentionGen.Backends", flash.GetProperty("assemblyName").GetString());
        Assert.Equal("Declared", flash.GetProperty("state").GetString());
        Assert.False(flash.GetProperty("override").GetBoolean());
        Assert.False(flash.TryGetProperty("reason", out _));
        JsonElement cuda = flash.GetProperty("supports").EnumerateArray().Single(static support => support.GetProperty("device").GetString() == "Cuda");
        Assert.Equal(["Float16", "BFloat16"], cuda.GetProperty("elementTypes").EnumerateArray().Select(static type => type.GetString()));
        Assert.Equal(80, cuda.GetProperty("minComputeCapability").GetInt32());
        Assert.Equal(256, cuda.GetProperty("maxHeadSize").GetInt32());
        Assert.False(cuda.TryGetProperty("maxComputeCapability", out _));

        JsonElement pallas = names[(int)Backend.Pallas];
        Assert.Equal("None", pallas.GetProperty("service").GetString());
        Assert.Contains("TPU", pallas.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.False(pallas.TryGetProperty("state", out _));
    }

    [Fact]
    public void Vllm_as_json()
    {
        using JsonDocument document = JsonDocument.Parse(InProcess.Run("list", "--vllm", "--json").AssertSucceeded());
        JsonElement[] vllm = [.. document.RootElement.GetProperty("vllm").EnumerateArray()];
        Assert.Equal(InTreeNames.All, vllm.Select(static backend => backend.GetProperty("name").GetString()!));
        Assert.Contains("fp8_ds_mla", vllm[(int)Backend.FlashMlaSparse].GetProperty("cacheTypes").EnumerateArray().Select(static type => type.GetString()));
    }

    [Fact]
    public void Probed_on_the_cpu()
    {
        CommandResult result = ProgramProcess.Run(["list", "--probe", "--json"]);
        using JsonDocument document = JsonDocument.Parse(result.AssertSucceeded());
        Assert.Equal("cpu", document.RootElement.GetProperty("device").GetString());
        JsonElement[] served = [.. document.RootElement.GetProperty("names").EnumerateArray().Where(static name => name.GetProperty("service").GetString() != "None")];
        Assert.NotEmpty(served);
        Assert.All(served, static name => Assert.Equal(
            name.GetProperty("supports").EnumerateArray().Any(static support => support.GetProperty("device").GetString() == "Cpu") ? "Probed" : "Declared",
            name.GetProperty("state").GetString()));
    }

    [Fact]
    public void A_device_that_is_not_there_is_a_finding()
    {
        CommandResult result = ProgramProcess.Run(["list", "--probe", "--device", "cuda:7"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("declared, fails", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void How_to_probe_without_probing_is_refused()
    {
        InProcess.Run("list", "--device", "cpu").AssertRefused("--device says how to probe, but --probe is missing");
        InProcess.Run("list", "--anew").AssertRefused("--anew says how to probe");
    }
}
