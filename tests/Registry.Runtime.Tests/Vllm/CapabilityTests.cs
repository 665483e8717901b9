namespace AttentionGen.Tests.Vllm;

/// <summary>vLLM's capability sets of the 18 names, a row each.</summary>
public sealed class CapabilityTests
{
    private const string Half = "Float16, BFloat16", All = "Float32, Float16, BFloat16", Flash = "32,64,96,128,160,192,224,256";

    [Theory]
    [InlineData("FLASH_ATTN", Half, "auto,float16,bfloat16", "16", Flash, "Decoder, Encoder, EncoderOnly, CrossAttention")]
    [InlineData("TRITON_ATTN", All, "auto,float16,bfloat16,fp8,fp8_e5m2", "16", "", "Decoder")]
    [InlineData("XFORMERS", Half, "auto,float16,bfloat16", "16", "32,40,48,56,64,72,80,88,96,104,112,120,128,136,144,152,160,168,176,184,192,200,208,216,224,232,240,248,256", "Decoder")]
    [InlineData("ROCM_ATTN", Half, "auto,float16,bfloat16,fp8,fp8_e5m2", "16", Flash, "Decoder")]
    [InlineData("ROCM_AITER_MLA", Half, "auto,float16,bfloat16", "1", "576", "Decoder")]
    [InlineData("ROCM_AITER_FA", Half, "auto,float16,bfloat16,fp8,fp8_e5m2", "16", "64,128,256", "Decoder")]
    [InlineData("TORCH_SDPA", All, "auto", "", "32,64,80,96,112,128,192,256", "Decoder, Encoder, EncoderOnly, CrossAttention")]
    [InlineData("FLASHINFER", Half, "auto,float16,bfloat16,fp8,fp8_e5m2", "16,32,64", "64,128,256", "Decoder")]
    [InlineData("FLASHINFER_MLA", Half, "auto,float16,bfloat16,fp8", "32,64", "576", "Decoder")]
    [InlineData("TRITON_MLA", Half, "auto,float16,bfloat16", "16", "576", "Decoder")]
    [InlineData("CUTLASS_MLA", Half, "auto,float16,bfloat16,fp8", "128", "576", "Decoder")]
    [InlineData("FLASHMLA", Half, "auto,float16,bfloat16,fp8", "64", "576", "Decoder")]
    [InlineData("FLASHMLA_SPARSE", "BFloat16", "auto,bfloat16,fp8_ds_mla", "64", "576", "Decoder")]
    [InlineData("FLASH_ATTN_MLA", Half, "auto,float16,bfloat16", "16", "576", "Decoder")]
    [InlineData("PALLAS", All, "auto,fp8,fp8_e5m2", "16,32,64,128,256", "", "Decoder")]
    [InlineData("FLEX_ATTENTION", All, "auto,float16,bfloat16", "16", "", "Decoder, EncoderOnly")]
    [InlineData("TREE_ATTN", Half, "auto,float16,bfloat16", "16", Flash, "Decoder")]
    [InlineData("ROCM_AITER_UNIFIED_ATTN", Half, "auto,float16,bfloat16,fp8,fp8_e5m2", "16", Flash, "Decoder")]
    public void What_it_takes(string name, string types, string cacheTypes, string pages, string heads, string roles)
    {
        VllmBackend backend = VllmBackends.Of(AttentionRegistry.Parse(name));

        Assert.Equal(name, backend.Name);
        Assert.Equal(
            (types, cacheTypes, pages, heads, roles),
            (backend.ElementTypes.ToString(), string.Join(",", backend.CacheTypes), string.Join(",", backend.PageSizes), string.Join(",", backend.HeadSizes), backend.Types.ToString()));
    }

    [Fact]
    public void The_table_has_the_18_in_their_order() =>
        Assert.Equal(InTreeNames.All, VllmBackends.All.Select(static backend => backend.Name));

    [Fact]
    public void Every_name_of_an_order_is_one_of_the_18_or_a_later_one() => Assert.All(
        VllmPriorities.Rows.SelectMany(static row => row.Names),
        static name => Assert.True(InTreeNames.All.Contains(name) != VllmPriorities.LaterNames.Contains(name), name));

    [Fact]
    public void Every_one_of_the_18_is_in_an_order_or_used_by_name_alone() => Assert.All(
        InTreeNames.All,
        static name => Assert.True(VllmPriorities.Rows.Any(row => row.Names.Contains(name)) != VllmPriorities.OnlyByName.Contains(name), name));

    [Fact]
    public void The_default_order_names_in_tree_backends_alone() =>
        Assert.All(PriorityTable.Default.Rows.SelectMany(static row => row.Names), static name => Assert.Contains(name, InTreeNames.All));
}
