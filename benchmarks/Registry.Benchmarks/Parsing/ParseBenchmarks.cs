using System.Collections.Frozen;
using System.Text;
using BenchmarkDotNet.Attributes;

namespace AttentionGen.Benchmarks;

/// <summary>From text to <see cref="Backend"/>.</summary>
/// <remarks>
/// The registry and the dictionaries read vLLM's names; <see cref="Enum"/> reads the C# names, which is all it knows, in
/// the letter case that favours it: its exact form is given the member's own, the one that ignores case a mixed one where
/// the others get a mixed one.
/// </remarks>
public class ParseBenchmarks
{
    private static readonly Dictionary<string, Backend> s_dictionary =
        Enum.GetValues<Backend>().ToDictionary(AttentionRegistry.GetName, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, Backend> s_frozen = s_dictionary.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private string _name = "";
    private string _member = "";
    private byte[] _utf8 = [];

    [Params("first", "middle", "last", "mixed case", "miss")]
    public string Text { get; set; } = "";

    [GlobalSetup]
    public void Choose()
    {
        (_name, _member) = Text switch
        {
            "first" => ("FLASH_ATTN", "FlashAttn"),
            "middle" => ("TRITON_MLA", "TritonMla"),
            "last" => ("ROCM_AITER_UNIFIED_ATTN", "RocmAiterUnifiedAttn"),
            "mixed case" => ("Flash_Attn_Mla", "flashAttnMLA"),
            _ => ("FLASH_ATTM", "FlashAttm"),
        };
        _utf8 = Encoding.UTF8.GetBytes(_name);
    }

    [Benchmark(Description = "AttentionRegistry.TryParse(string)")]
    public Backend GeneratedString() => AttentionRegistry.TryParse(_name, out Backend backend) ? backend : default;

    [Benchmark(Description = "AttentionRegistry.TryParse(span of char)")]
    public Backend GeneratedSpan() => AttentionRegistry.TryParse(_name.AsSpan(), out Backend backend) ? backend : default;

    [Benchmark(Description = "AttentionRegistry.TryParse(UTF-8)")]
    public Backend GeneratedUtf8() => AttentionRegistry.TryParse(_utf8, out Backend backend) ? backend : default;

    [Benchmark(Description = "Enum.TryParse, exact case")]
    public Backend EnumExact() => Enum.TryParse(_member, out Backend backend) ? backend : default;

    [Benchmark(Description = "Enum.TryParse, ignoring case", Baseline = true)]
    public Backend EnumIgnoreCase() => Enum.TryParse(_member, ignoreCase: true, out Backend backend) ? backend : default;

    [Benchmark(Description = "FrozenDictionary, ignoring case")]
    public Backend Frozen() => s_frozen.TryGetValue(_name, out Backend backend) ? backend : default;

    [Benchmark(Description = "Dictionary, ignoring case")]
    public Backend Hashed() => s_dictionary.TryGetValue(_name, out Backend backend) ? backend : default;
}
