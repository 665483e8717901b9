namespace AttentionGen.Tests;

public sealed class AttentionDeviceTests
{
    [Theory]
    [InlineData("cpu", DeviceKind.Cpu, 0, 0, null, "cpu")]
    [InlineData(" CPU ", DeviceKind.Cpu, 0, 0, null, "cpu")]
    [InlineData("cuda", DeviceKind.Cuda, 0, 0, null, "cuda:0")]
    [InlineData("cuda:1", DeviceKind.Cuda, 1, 0, null, "cuda:1")]
    [InlineData("Cuda:9.0", DeviceKind.Cuda, 0, 90, null, "cuda:0 (compute capability 9.0)")]
    [InlineData("cuda:12.1", DeviceKind.Cuda, 0, 121, null, "cuda:0 (compute capability 12.1)")]
    [InlineData("rocm", DeviceKind.Rocm, 0, 0, null, "rocm:0")]
    [InlineData("rocm:GFX942", DeviceKind.Rocm, 0, 0, "gfx942", "rocm:0 (gfx942)")]
    [InlineData("rocm:2", DeviceKind.Rocm, 2, 0, null, "rocm:2")]
    [InlineData("cuda:3 (Compute Capability 8.6)", DeviceKind.Cuda, 3, 86, null, "cuda:3 (compute capability 8.6)")]
    [InlineData("rocm:3 (gfx1100)", DeviceKind.Rocm, 3, 0, "gfx1100", "rocm:3 (gfx1100)")]
    [InlineData("XPU:1", DeviceKind.Xpu, 1, 0, null, "xpu:1")]
    [InlineData("tpu:12", DeviceKind.Tpu, 12, 0, null, "tpu:12")]
    [InlineData("xpu:0", DeviceKind.Xpu, 0, 0, null, "xpu")]
    [InlineData("xpu", DeviceKind.Xpu, 0, 0, null, "xpu")]
    [InlineData("tpu", DeviceKind.Tpu, 0, 0, null, "tpu")]
    public void A_device_is_read_and_written(string text, DeviceKind kind, int index, int capability, string? architecture, string written)
    {
        AttentionDevice device = AttentionDevice.Parse(text);

        Assert.Equal(new AttentionDevice(kind, index, capability, architecture), device);
        Assert.Equal(written, device.ToString());
        Assert.Equal(device, AttentionDevice.Parse(written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cpu:0")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:9.")]
    [InlineData("cuda:.5")]
    [InlineData("cuda:9.10")]
    [InlineData("cuda:0.9")]
    [InlineData("cuda:1:2")]
    [InlineData("cuda:99999999999")]
    [InlineData("rocm:942")]
    [InlineData("tpu:gfx942")]
    [InlineData("tpu:9.0")]
    [InlineData("tpu:1 (9.0)")]
    [InlineData("cuda:gfx942")]
    [InlineData("cuda:0 (9.0)")]
    [InlineData("cuda:0 (compute capability 9.0")]
    [InlineData("cuda: (compute capability 9.0)")]
    [InlineData("cuda:0 (gfx942)")]
    [InlineData("rocm:0 (compute capability gfx942)")]
    [InlineData("rocm:9.0")]
    [InlineData("rocm:0 ()")]
    [InlineData("0")]
    public void What_is_no_device_is_refused_with_the_accepted_forms(string text)
    {
        Assert.False(AttentionDevice.TryParse(text, null, out AttentionDevice device));
        Assert.Equal(default, device);
        Assert.StartsWith($"'{text}' is not a device. Accepted: cpu, cuda", Assert.Throws<FormatException>(() => AttentionDevice.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_is_no_device()
    {
        Assert.False(AttentionDevice.TryParse(null, null, out _));
        Assert.Throws<ArgumentNullException>(() => AttentionDevice.Parse(null!));
    }
}
