using System.ComponentModel;
using Microsoft.Extensions.Configuration;

namespace AttentionGen.Tests;

/// <summary>
/// Names and devices in Microsoft.Extensions.Configuration, under both of its binders: reflection, and the source generator
/// that NativeAOT applications have by default. The generator reads enums with <see cref="Enum.Parse(Type, string)"/> and
/// knows no type converters, so the tests state what it does and that the documented remedy holds under both.
/// </summary>
public sealed class ConfigurationTests
{
    // A method group is no call, so the generator does not replace it.
    private static readonly Func<IConfiguration, Type, object?> s_reflection = ConfigurationBinder.Get;

    public static TheoryData<string> Names => [.. InTreeNames.All];

    [Theory]
    [MemberData(nameof(Names))]
    public void Reflection_reads_every_name_in_any_case_and_every_members_name(string name)
    {
        Backend backend = (Backend)Array.IndexOf(InTreeNames.All, name);
        foreach (string text in new[] { name, name.ToLowerInvariant(), $" {name} ", backend.ToString() })
        {
            Assert.Equal(backend, ByReflection<BackendOptions>(text)!.Backend);
            Assert.Equal(backend, ByReflection<BackendOptions>(text)!.Fallback);
        }
    }

    [Theory]
    [InlineData("FLASH_ATN", "'FLASH_ATN' is not an in-tree name. Did you mean 'FLASH_ATTN'?")]
    [InlineData("0", "'0' is not an in-tree name.")]
    [InlineData("99", "'99' is not an in-tree name.")]
    [InlineData("FlashAttn, TorchSdpa", "'FlashAttn, TorchSdpa' is not an in-tree name.")]
    public void Reflection_says_which_name_was_meant(string text, string message)
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => ByReflection<BackendOptions>(text));

        Assert.Contains($"'{text}' at 'Backend'", exception.Message, StringComparison.Ordinal);
        Assert.StartsWith(message, Assert.IsType<FormatException>(exception.InnerException).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_binding_generator_reads_the_members_name_alone(string name)
    {
        Backend backend = (Backend)Array.IndexOf(InTreeNames.All, name);

        Assert.Equal(backend, Configuration(backend.ToString()).Get<BackendOptions>()!.Backend);
        if (!name.Equals(backend.ToString(), StringComparison.OrdinalIgnoreCase))
            Assert.Throws<InvalidOperationException>(() => Configuration(name).Get<BackendOptions>());
    }

    [Theory]
    [InlineData("FLASH_ATTN")]
    [InlineData("flash_attn")]
    [InlineData("APP_ATTN")]
    public void A_text_property_takes_every_name_under_both(string text)
    {
        TextOptions[] all = [Configuration(text).Get<TextOptions>()!, ByReflection<TextOptions>(text)!];

        Assert.All(all, options => Assert.Equal(text.ToUpperInvariant(), AttentionRegistry.Instance.Resolve(options.Backend!).Name));
    }

    [Fact]
    public void A_device_is_read_by_reflection_and_as_text_under_both()
    {
        Assert.Equal(AttentionDevice.Cuda(90), ByReflection<DeviceOptions>("cuda:9.0")!.Device);
        Assert.Contains(
            "'gpu' is not a device.",
            Assert.Throws<InvalidOperationException>(() => ByReflection<DeviceOptions>("gpu")).InnerException!.Message,
            StringComparison.Ordinal);
        Assert.Equal(AttentionDevice.Cuda(90), AttentionDevice.Parse(Configuration("cuda:9.0").Get<DeviceTextOptions>()!.Device));
        Assert.Equal(AttentionDevice.Cuda(90), AttentionDevice.Parse(ByReflection<DeviceTextOptions>("cuda:9.0")!.Device));
    }

    // Why docs/registry.md says to bind a device as text: the generator looks for keys below it and finds none.
    [Fact]
    public void The_binding_generator_does_not_see_the_text_of_a_device() =>
        Assert.Equal(AttentionDevice.Cpu, Configuration("cuda:9.0").Get<DeviceOptions>()!.Device);

    [Fact]
    public void Converters_write_what_they_read()
    {
        TypeConverter backends = TypeDescriptor.GetConverter(typeof(Backend));
        TypeConverter devices = TypeDescriptor.GetConverter(typeof(AttentionDevice));

        Assert.Equal("FLASH_ATTN", backends.ConvertToInvariantString(Backend.FlashAttn));
        Assert.Equal(Backend.FlashAttn, backends.ConvertFromInvariantString("FLASH_ATTN"));
        Assert.Equal("cuda:0 (compute capability 9.0)", devices.ConvertToInvariantString(AttentionDevice.Cuda(90)));
        Assert.Equal(AttentionDevice.Cuda(90), devices.ConvertFromInvariantString("cuda:0 (compute capability 9.0)"));
        Assert.False(backends.CanConvertFrom(typeof(int)));
        Assert.Throws<NotSupportedException>(() => backends.ConvertFrom(0));
        Assert.Throws<NotSupportedException>(() => devices.ConvertFrom(0));
    }

    private static IConfiguration Configuration(string text) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["Backend"] = text, ["Fallback"] = text, ["Device"] = text })
        .Build();

    private static T? ByReflection<T>(string text) => (T?)s_reflection(Configuration(text), typeof(T));

    internal sealed class BackendOptions
    {
        public Backend Backend { get; set; }

        public Backend? Fallback { get; set; }
    }

    internal sealed class TextOptions
    {
        public string? Backend { get; set; }
    }

    internal sealed class DeviceOptions
    {
        public AttentionDevice Device { get; set; }
    }

    internal sealed class DeviceTextOptions
    {
        public string Device { get; set; } = "cpu";
    }
}
