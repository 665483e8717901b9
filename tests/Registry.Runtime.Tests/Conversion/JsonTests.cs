using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AttentionGen.Tests;

/// <summary>Names and devices in JSON, by reflection and by generated contracts.</summary>
public sealed class JsonTests
{
    private static readonly JsonSerializerOptions s_reflection = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private static readonly JsonSerializerOptions s_builtIn = new() { Converters = { new JsonStringEnumConverter<Backend>() } };

    public static TheoryData<bool> Contracts => [true, false];

    public static TheoryData<string> Names => [.. InTreeNames.All];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_name_is_written_as_vLLM_spells_it_and_read_in_any_case(string name)
    {
        Backend backend = (Backend)Array.IndexOf(InTreeNames.All, name);

        Assert.Equal($"\"{name}\"", JsonSerializer.Serialize(backend, ConversionJsonContext.Default.Backend));
        Assert.Equal(backend, JsonSerializer.Deserialize($"\"{name}\"", ConversionJsonContext.Default.Backend));
        Assert.Equal(backend, JsonSerializer.Deserialize($"\"{name.ToLowerInvariant()}\"", ConversionJsonContext.Default.Backend));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_serializers_own_converter_reads_the_same_names_from_the_attributes(string name)
    {
        Assert.Equal($"\"{name}\"", JsonSerializer.Serialize((Backend)Array.IndexOf(InTreeNames.All, name), s_builtIn));
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Properties_nullable_ones_and_keys_go_both_ways(bool generated)
    {
        Settings settings = new()
        {
            Backend = Backend.FlashAttn, Fallback = Backend.TorchSdpa, Device = AttentionDevice.Cuda(90), SecondDevice = AttentionDevice.Cpu,
        };
        string json = Write(settings, generated);

        Assert.Equal("""{"Backend":"FLASH_ATTN","Fallback":"TORCH_SDPA","Device":"cuda:0 (compute capability 9.0)","SecondDevice":"cpu"}""", json);
        Assert.Equal(settings, Read<Settings>(json, generated));
        Assert.Equal(new Settings { Fallback = null }, Read<Settings>("""{"Fallback":null,"SecondDevice":null}""", generated));
        Assert.Equal(
            new Settings { Device = new(DeviceKind.Rocm, 0, 0, "gfx942") }, Read<Settings>("""{"Device":"rocm:gfx942"}""", generated));

        Assert.Equal("""{"FLASHMLA":3}""", Write(new Dictionary<Backend, int> { [Backend.FlashMla] = 3 }, generated));
        Assert.Equal([new(Backend.FlashMla, 3)], Read<Dictionary<Backend, int>>("""{"flashmla":3}""", generated)!);
        Assert.Equal("""{"cuda:1":3}""", Write(new Dictionary<AttentionDevice, int> { [new(DeviceKind.Cuda, 1)] = 3 }, generated));
        Assert.Equal([new(AttentionDevice.Cuda(90), 3)], Read<Dictionary<AttentionDevice, int>>("""{"cuda:9.0":3}""", generated)!);
    }

    [Theory]
    [InlineData("""{"Backend":"FLASH_ATN"}""", "$.Backend", "'FLASH_ATN' is not an in-tree name. Did you mean 'FLASH_ATTN'? In-tree names: FLASH_ATTN, TRITON_ATTN,")]
    [InlineData("""{"Backend":"FlashAttn"}""", "$.Backend", "'FlashAttn' is not an in-tree name. Did you mean 'FLASH_ATTN'?")]
    [InlineData("""{"Backend":"FLASH_ATTN, TORCH_SDPA"}""", "$.Backend", "'FLASH_ATTN, TORCH_SDPA' is not an in-tree name.")]
    [InlineData("""{"Backend":"0"}""", "$.Backend", "'0' is not an in-tree name.")]
    [InlineData("""{"Backend":""}""", "$.Backend", "'' is not an in-tree name.")]
    [InlineData("""{"Backend":0}""", "$.Backend", "An attention backend is written as text, for example \"FLASH_ATTN\"; a JSON value of kind Number is not accepted.")]
    [InlineData("""{"Fallback":{}}""", "$.Fallback", "An attention backend is written as text, for example \"FLASH_ATTN\"; a JSON value of kind StartObject is not accepted.")]
    [InlineData("""{"Device":"gpu"}""", "$.Device", "'gpu' is not a device. Accepted: cpu, cuda,")]
    [InlineData("""{"Device":{"Kind":1}}""", "$.Device", "A device is written as text, for example \"cuda:9.0\"; a JSON value of kind StartObject is not accepted.")]
    public void What_is_refused_is_named_with_its_place(string json, string path, string message)
    {
        foreach (bool generated in new[] { true, false })
        {
            JsonException exception = Assert.Throws<JsonException>(() => Read<Settings>(json, generated));

            Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
            Assert.Equal(path, exception.Path);
        }
    }

    [Fact]
    public void Keys_are_refused_like_values()
    {
        Assert.StartsWith(
            "'FLASH' is not an in-tree name.",
            Assert.Throws<JsonException>(() => Read<Dictionary<Backend, int>>("""{"FLASH":1}""", generated: true)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "'gpu' is not a device.",
            Assert.Throws<JsonException>(() => Read<Dictionary<AttentionDevice, int>>("""{"gpu":1}""", generated: true)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_no_member_is_not_written()
    {
        Assert.Equal("The value 18 is no member of Backend and cannot be written.", Assert.Throws<JsonException>(() => Write((Backend)18, generated: true)).Message);
        Assert.Throws<JsonException>(() => Write(new Dictionary<Backend, int> { [(Backend)(-1)] = 1 }, generated: true));
    }

    private static JsonTypeInfo<T> Contract<T>(bool generated) =>
        (JsonTypeInfo<T>)(generated ? ConversionJsonContext.Default.GetTypeInfo(typeof(T))! : s_reflection.GetTypeInfo(typeof(T)));

    private static string Write<T>(T value, bool generated) =>
        JsonSerializer.Serialize(value, Contract<T>(generated));

    private static T? Read<T>(string json, bool generated) => JsonSerializer.Deserialize(json, Contract<T>(generated));
}
